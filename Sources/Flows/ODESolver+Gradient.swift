import Core
import Engine
import Neural

extension ODESolver {
  /// End points of an integration, and the way back for gradients with respect to the start.
  public struct Solution<Field: VectorField>: Sendable {
    /// The end points (N x D).
    public let points: Tensor<Float>
    fileprivate let solver: ODESolver
    fileprivate let field: Field
    fileprivate let (start, end): (Float, Float)
    fileprivate let blocks: [Block<Field>]

    /// J^T g: the gradient with respect to the starting points of a scalar whose gradient with
    /// respect to the end points is `gradient` (N x D); exact for the integration as it was done.
    ///
    /// One thread at a time may call it.
    public func pullBack(_ gradient: Tensor<Float>) -> Tensor<Float> {
      precondition(gradient.count == points.count, "a gradient of shape \(gradient.shape)")
      var result = gradient
      let whole = MatrixView(&result)
      Parallel.forEach(blocks.count) { b in
        blocks[b].pullBack(
          whole[rows: blocks[b].range].base, solver: solver, along: field, from: start, to: end)
      }
      return result
    }
  }

  /// As `solve`, keeping what `Solution.pullBack` needs: the net's slopes at every call of the last
  /// segment, and states from which earlier ones are computed again.
  public func solveForGradients<Field: VectorField>(
    _ x: Tensor<Float>, along field: Field, from start: Float = 0, to end: Float = 1
  ) throws(Failure) -> Solution<Field> {
    precondition(x.count == x.rows * field.dimension, "points of shape \(x.shape)")
    var result = x
    let whole = MatrixView(&result)
    let pieces = Parallel.ranges(x.rows, by: RowwiseMLP<Float>.pieceSize(x.rows))
    let blocks = Parallel.map(pieces.count) { p in
      Block(
        whole[rows: pieces[p]], range: pieces[p], solver: self, along: field, from: start, to: end)
    }
    try ODESolver.checkFinite(result)
    return Solution(
      points: result, solver: self, field: field, start: start, end: end, blocks: blocks)
  }

  /// Calls whose slopes are kept at once: 32 calls of a net with three layers of 512 on 64 rows are
  /// 12 MB.
  static let keptCalls = 32

  /// Steps between two stored states.
  fileprivate var segment: Int { max(1, ODESolver.keptCalls / rule.stages) }

  /// What one piece of rows keeps between the two directions. One thread at a time uses it.
  fileprivate final class Block<Field: VectorField>: @unchecked Sendable {
    let range: Range<Int>
    private var workspace: Field.Workspace
    private var stepper: ODEStepper
    private var states: [Tensor<Float>] = []
    /// The segment whose slopes the workspace holds.
    private var kept = 0

    init(
      _ x: MatrixView<Float>, range: Range<Int>, solver: ODESolver, along field: Field,
      from start: Float, to end: Float
    ) {
      self.range = range
      let kept = min(solver.segment, solver.steps) * solver.rule.stages
      workspace = field.workspace(rows: x.rows, slots: kept)
      stepper = ODEStepper(solver.rule, rows: x.rows, dimension: x.columns)
      let last = (solver.steps - 1) / solver.segment
      for segment in 0...last {
        var state = Tensor<Float>(uninitialized: [x.rows, x.columns])
        state.mutablePointer.update(from: x.base, count: state.count)
        states.append(state)
        advance(
          x.base, segment: segment, solver: solver, along: field, from: start, to: end,
          keeping: segment == last)
      }
      self.kept = last
    }

    private func advance(
      _ x: UnsafeMutablePointer<Float>, segment: Int, solver: ODESolver, along field: Field,
      from start: Float, to end: Float, keeping: Bool
    ) {
      let steps = solver.range(ofSegment: segment)
      for step in steps {
        stepper.advance(
          x, from: solver.time(step, start, end), to: solver.time(step + 1, start, end),
          along: field,
          slot: keeping ? (step - steps.lowerBound) * solver.rule.stages : nil, in: &workspace)
      }
    }

    func pullBack(
      _ gradient: UnsafeMutablePointer<Float>, solver: ODESolver, along field: Field,
      from start: Float, to end: Float
    ) {
      for segment in states.indices.reversed() {
        if segment != kept {
          var state = states[segment]
          advance(
            state.mutablePointer, segment: segment, solver: solver, along: field, from: start,
            to: end, keeping: true)
          kept = segment
        }
        let steps = solver.range(ofSegment: segment)
        for step in steps.reversed() {
          stepper.pullBack(
            gradient, from: solver.time(step, start, end), to: solver.time(step + 1, start, end),
            along: field, slot: (step - steps.lowerBound) * solver.rule.stages, in: &workspace)
        }
      }
    }
  }

  fileprivate func range(ofSegment segment: Int) -> Range<Int> {
    segment * self.segment..<min(steps, (segment + 1) * self.segment)
  }
}
