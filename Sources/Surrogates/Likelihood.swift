/// How observations of an output come about from its latent function.
public enum Likelihood: String, Sendable, CaseIterable {
  /// The function plus Gaussian noise.
  case gaussian
  /// 1 with probability Phi(function), else 0: a probit. In the orientation of constraints, 1 stands
  /// for violated, so the function is at most 0 where holding is more likely than not.
  case bernoulli
}
