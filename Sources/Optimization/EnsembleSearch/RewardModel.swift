import Engine
import Surrogates

/// What a search climbs: the predicted Lagrangian of points in scaled coordinates.
package protocol RewardModel: Sendable {
  /// Rewards of the rows of x (R x d), [R].
  func values(_ x: Tensor<Float>) throws -> [Float]
  /// The same with the gradient with respect to x, R x d.
  func valuesAndGradient(_ x: Tensor<Float>) throws -> (values: [Float], gradient: Tensor<Float>)
}

/// y - lambda sum max(0, c) as one member of a multi-scale ensemble sees it.
package struct MemberReward: RewardModel {
  let member: QuadraticNetwork
  let penalty: Float

  package init(member: QuadraticNetwork, penalty: Float) {
    self.member = member
    self.penalty = penalty
  }

  package func values(_ x: Tensor<Float>) -> [Float] { values(of: member(x)) }

  package func valuesAndGradient(_ x: Tensor<Float>) -> (values: [Float], gradient: Tensor<Float>) {
    let (outputs, gradient) = member.gradient(at: x, cotangents: cotangents)
    return (values(of: outputs), gradient)
  }

  private func values(of outputs: Tensor<Float>) -> [Float] {
    let c = outputs.columns
    return (0..<outputs.rows).map { row in
      let y = outputs.pointer + row * c
      var reward = y[0]
      for k in 1..<max(1, c) { reward -= penalty * max(0, y[k]) }
      return reward.isNaN ? -.infinity : reward
    }
  }

  private func cotangents(_ outputs: Tensor<Float>) -> Tensor<Float> {
    let c = outputs.columns
    var g = Tensor<Float>.zeros(outputs.shape)
    let to = g.mutablePointer
    for row in 0..<outputs.rows {
      let y = outputs.pointer + row * c
      to[row * c] = 1
      for k in 1..<max(1, c) where y[k] > 0 { to[row * c + k] = -penalty }
    }
    return g
  }
}

/// The mean of several rewards plus gamma of their standard deviations.
struct JoinedReward: RewardModel {
  let parts: [any RewardModel]
  /// Weight of the parts' disagreement; gradients leave it out.
  let gamma: Float

  func values(_ x: Tensor<Float>) throws -> [Float] { combine(try parts.map { try $0.values(x) }) }

  func valuesAndGradient(_ x: Tensor<Float>) throws -> (values: [Float], gradient: Tensor<Float>) {
    let answers = try parts.map { try $0.valuesAndGradient(x) }
    var gradient = Tensor<Float>.zeros(x.shape)
    for answer in answers { gradient.add(answer.gradient, scale: 1 / Float(parts.count)) }
    return (combine(answers.map(\.values)), gradient)
  }

  private func combine(_ answers: [[Float]]) -> [Float] {
    let count = Float(answers.count)
    return answers[0].indices.map { row in
      let mean = answers.reduce(0) { $0 + $1[row] } / count
      if gamma == 0 || answers.count < 2 { return mean }
      let square = answers.reduce(0) { $0 + ($1[row] - mean) * ($1[row] - mean) }
      return mean + gamma * (square / (count - 1)).squareRoot()
    }
  }
}

/// CiBO's published reward: mean + gamma deviation - lambda sum max(0, c) over plain networks.
struct NetworkReward: RewardModel {
  let ensemble: MLPEnsemble
  let reward: MLPEnsemble.Reward

  func values(_ x: Tensor<Float>) throws -> [Float] {
    try ensemble.reward(x, reward).map { Float($0) }
  }

  func valuesAndGradient(_ x: Tensor<Float>) throws -> (values: [Float], gradient: Tensor<Float>) {
    let (values, gradient) = try ensemble.rewardGradient(x, reward)
    return (values.map { Float($0) }, gradient)
  }
}
