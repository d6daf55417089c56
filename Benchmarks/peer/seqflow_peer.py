"""SeqFlow in plain PyTorch: the yardstick for the speed of lbo's own flow.

SeqFlow (NF-BO, arXiv 2504.14889, section 4.2) is an autoregressive normalizing flow on token
sequences. A block reads the positions before t with an LSTM and transforms the vector of position t
by coupling layers given that context. Data to latent runs in parallel over positions, latent to
data one position after the other.

    python seqflow_peer.py small
    python seqflow_peer.py paper

prints how many tokens per second this program trains on, encodes and decodes on all cores, beside
the machine's rate of float32 matrix products. Needs PyTorch only. Shapes in comments: T positions,
B sequences, F features, H LSTM units, L LSTM layers; tensors are time-major (T, B, ...) inside.
"""

import argparse
import math
import os
import time
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

STOP = 1  # ends a sequence and pads it; 0 is <start>, which no sequence holds


@dataclass(frozen=True)
class Sizes:
    features: int
    blocks: int
    hidden: int
    lstm_layers: int
    couplings: int
    coupling_units: int
    dropout: float
    coupling_hidden_layers: int = 2
    vocabulary: int = 100
    max_length: int = 48
    noise: float = 0.1


PRESETS = {
    "small": Sizes(24, 3, 128, 1, 4, 64, 0.1),
    "paper": Sizes(40, 5, 500, 2, 10, 100, 0.2),
}


def mlp(inputs, units, hidden_layers, outputs):
    layers = []
    for _ in range(hidden_layers):
        layers += [nn.Linear(inputs, units), nn.ReLU()]
        inputs = units
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


# The non-linear squared transform (Ziegler and Rush 2019) of a scalar y:
#     x = a + b y + c / (1 + u^2),  u = d y + f,  b = exp(0.4 p1),  d = exp(0.4 p3),
#     c = kappa b / d,  kappa = NLSQ_SCALE tanh(0.3 p2).
# Its slope is b (1 - 2 kappa u / (1 + u^2)^2), which the scale keeps positive.
NLSQ_SCALE = 8 * math.sqrt(3) / 9 - 0.05


def nlsq(y, parameters):
    """x and log dx/dy; parameters (..., 5) hold a, p1, p2, p3, f."""
    a, p1, p2, p3, f = parameters.unbind(-1)
    log_b, log_d = 0.4 * p1, 0.4 * p3
    kappa = NLSQ_SCALE * torch.tanh(0.3 * p2)
    u = torch.exp(log_d) * y + f
    q = 1 / (1 + u * u)
    x = a + torch.exp(log_b) * y + kappa * torch.exp(log_b - log_d) * q
    return x, log_b + torch.log1p(-2 * kappa * u * q * q)


def nlsq_inverse(x, parameters):
    """y such that nlsq(y) = x, solved in float64.

    In terms of u the transform is u + kappa / (1 + u^2) = r, r = f + (x - a) d / b: a cubic
    with one real root, which is found in closed form and polished by a Newton step.
    """
    a, p1, p2, p3, f = parameters.double().unbind(-1)
    d = torch.exp(0.4 * p3)
    kappa = NLSQ_SCALE * torch.tanh(0.3 * p2)
    r = f + (x.double() - a) * d * torch.exp(-0.4 * p1)
    u = cubic_root(kappa, r)
    q = 1 / (1 + u * u)
    u = u - (u + kappa * q - r) / (1 - 2 * kappa * u * q * q)
    return ((u - f) / d).to(x.dtype)


def cubic_root(kappa, r):
    """The real root u of (u - r) (1 + u^2) + kappa = 0."""
    # With u = w + r / 3: w^3 + p w + q = 0.
    third = r / 3
    p = 1 - r * third
    q = kappa - 2 * third * (third * third + 1)
    m = torch.sqrt(p.abs().clamp(min=1e-12) / 3)
    s = q / (2 * m * m * m)
    rising = torch.sinh(torch.asinh(s) / 3)  # p > 0
    falling = torch.sign(s) * torch.cosh(torch.acosh(s.abs().clamp(min=1)) / 3)  # p < 0
    return third - 2 * m * torch.where(p > 0, rising, falling)


class HiddenFlow(nn.Module):
    """Coupling layers on the F entries of a position, given its context."""

    def __init__(self, sizes, starts_reversed):
        super().__init__()
        self.half = sizes.features // 2
        self.starts_reversed = starts_reversed
        self.networks = nn.ModuleList(
            mlp(
                self.half + sizes.hidden,
                sizes.coupling_units,
                sizes.coupling_hidden_layers,
                5 * self.half,
            )
            for _ in range(sizes.couplings)
        )

    def transform_parameters(self, layer, kept, context):
        output = self.networks[layer](torch.cat([kept, context], -1))
        return output.unflatten(-1, (self.half, 5))

    def keeps_upper(self, layer):
        return (layer % 2 == 1) != self.starts_reversed

    def forward(self, v, context):
        lower, upper = v.chunk(2, -1)
        log_det = 0
        for layer in range(len(self.networks)):
            if self.keeps_upper(layer):
                lower, slope = nlsq(lower, self.transform_parameters(layer, upper, context))
            else:
                upper, slope = nlsq(upper, self.transform_parameters(layer, lower, context))
            log_det = log_det + slope.sum(-1)
        return torch.cat([lower, upper], -1), log_det

    def inverse(self, v, context):
        lower, upper = v.chunk(2, -1)
        for layer in reversed(range(len(self.networks))):
            if self.keeps_upper(layer):
                lower = nlsq_inverse(lower, self.transform_parameters(layer, upper, context))
            else:
                upper = nlsq_inverse(upper, self.transform_parameters(layer, lower, context))
        return torch.cat([lower, upper], -1)


class Block(nn.Module):
    """One autoregressive block: an LSTM over the positions before t, then the hidden flow at t."""

    def __init__(self, sizes, index):
        super().__init__()
        self.state_shape = (sizes.lstm_layers, sizes.hidden, 2)
        codes = 2 * sizes.max_length
        self.initial = mlp(codes, sizes.hidden, 1, math.prod(self.state_shape))
        # nn.LSTM drops out between its layers and warns when there is only one.
        between = sizes.dropout if sizes.lstm_layers > 1 else 0.0
        self.lstm = nn.LSTM(
            sizes.features + codes, sizes.hidden, sizes.lstm_layers, dropout=between
        )
        self.dropout = nn.Dropout(sizes.dropout)
        self.hidden_flow = HiddenFlow(sizes, starts_reversed=index % 2 == 1)

    def initial_state(self, codes, batch):
        state = self.initial(codes[0]).view(self.state_shape)
        # (L, H, 2) to h and c, (L, B, H) each.
        h, c = state[:, None].expand(-1, batch, -1, -1).unbind(-1)
        return h.contiguous(), c.contiguous()

    def forward(self, y, codes):
        """Data to latent: y (T, B, F), codes (T, 2 max_T) to z and log|dz/dy| (T, B)."""
        batch = y.shape[1]
        h, c = self.initial_state(codes, batch)
        # Context t is the output at t - 1, so the last position is not fed.
        next_codes = codes[1:, None].expand(-1, batch, -1)
        output, _ = self.lstm(torch.cat([y[:-1], next_codes], -1), (h, c))
        context = torch.cat([h[-1:], self.dropout(output)])
        return self.hidden_flow(y, context)

    def inverse(self, z, codes):
        """Latent to data, one position after the other."""
        batch = z.shape[1]
        state = self.initial_state(codes, batch)
        context = state[0][-1]
        y = []
        for t in range(len(z)):
            y.append(self.hidden_flow.inverse(z[t], context))
            if t + 1 < len(z):
                step = torch.cat([y[t], codes[t + 1].expand(batch, -1)], -1)
                output, state = self.lstm(step[None], state)
                context = output[0]
        return torch.stack(y)


class SeqFlow(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes
        self.register_buffer("embedding", spherical_code(sizes.vocabulary, sizes.features))
        self.blocks = nn.ModuleList(Block(sizes, k) for k in range(sizes.blocks))

    def directions(self):
        return functional.normalize(self.embedding, dim=-1)

    def position_codes(self, length):
        """One-hot t joined with one-hot T - 1 - t, each of width max_T."""
        forward = torch.eye(self.sizes.max_length, device=self.embedding.device)[:length]
        return torch.cat([forward, forward.flip(0)], -1)

    def forward(self, v):
        """z and log p(v) per position, (T, B), of vectors v (T, B, F)."""
        codes = self.position_codes(len(v))
        log_det = 0
        for block in self.blocks:
            v, block_log_det = block(v, codes)
            log_det = log_det + block_log_det
        prior = -0.5 * (v * v + math.log(2 * math.pi)).sum(-1)
        return v, prior + log_det

    def inverse(self, z):
        codes = self.position_codes(len(z))
        for block in reversed(self.blocks):
            z = block.inverse(z, codes)
        return z

    def nearest_tokens(self, v):
        # The norm of v does not change which cosine is largest.
        return (v @ self.directions().T).argmax(-1)

    @torch.no_grad()
    def encode(self, tokens, batch=256):
        """Latents (B, T, F) of tokens (B, T), in batches that stay in the processor's cache."""
        parts = [self(self.directions()[part.T])[0] for part in tokens.split(batch)]
        return torch.cat(parts, 1).transpose(0, 1)

    @torch.no_grad()
    def decode(self, z):
        """Tokens (B, T) of latents (B, T, F); everything after the first <stop> is <stop>."""
        tokens = self.nearest_tokens(self.inverse(z.transpose(0, 1))).T
        stopped = (tokens == STOP).cumsum(1) > 0
        return tokens.masked_fill(stopped, STOP)

    @torch.no_grad()
    def noisy_vectors(self, tokens, rounds=100):
        """v ~ N(e_x, sigma^2), drawn again until the nearest token is x (eq. 11)."""
        clean = self.directions()[tokens]
        v = clean + self.sizes.noise * torch.randn_like(clean)
        for _ in range(rounds):
            wrong = (self.nearest_tokens(v) != tokens).nonzero(as_tuple=True)
            if len(wrong[0]) == 0:
                return v
            centers = clean[wrong]
            v[wrong] = centers + self.sizes.noise * torch.randn_like(centers)
        wrong = self.nearest_tokens(v) != tokens
        return torch.where(wrong[..., None], clean, v)

    def loss(self, tokens):
        """-log p(v) of a sequence, mean over the batch; tokens are (B, T)."""
        _, log_p = self(self.noisy_vectors(tokens.T))
        return -log_p.sum(0).mean()


def spherical_code(points, dimensions, steps=500):
    """Unit vectors pushed apart, so that the noise of one token seldom looks like another."""
    x = torch.randn(points, dimensions, requires_grad=True)
    optimizer = torch.optim.Adam([x], lr=0.02)
    itself = torch.eye(points, dtype=torch.bool)
    for step in range(steps):
        unit = functional.normalize(x, dim=-1)
        cosines = (unit @ unit.T).masked_fill(itself, -math.inf)
        sharpness = 5 + 45 * step / steps
        loss = torch.logsumexp(sharpness * cosines.flatten(), 0) / sharpness
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return functional.normalize(x.detach(), dim=-1)


class Trainer:
    def __init__(self, flow):
        self.flow = flow
        self.optimizer = torch.optim.Adam(flow.parameters(), lr=1e-3, fused=True)

    def epoch(self, tokens, batch=128):
        self.flow.train()
        for part in tokens[torch.randperm(len(tokens))].split(batch):
            self.optimizer.zero_grad()
            self.flow.loss(part).backward()
            nn.utils.clip_grad_norm_(self.flow.parameters(), 1.0)
            self.optimizer.step()
        self.flow.eval()


def random_sequences(count, sizes):
    """20 to T - 2 random tokens each, then <stop> to the end."""
    length = sizes.max_length
    tokens = torch.randint(2, sizes.vocabulary, (count, length))
    used = torch.randint(20, length - 1, (count, 1))
    return tokens.masked_fill(torch.arange(length) >= used, STOP)


def fastest(runs, body):
    """Seconds of the fastest of `runs` calls after an uncounted one, and what it returned."""
    result = body()
    best = math.inf
    for _ in range(runs):
        start = time.perf_counter()
        result = body()
        best = min(best, time.perf_counter() - start)
    return best, result


def matmul_rate(n=2048):
    """Float32 matrix products on all threads, in GFLOP/s."""
    a, b = torch.randn(n, n), torch.randn(n, n)
    seconds, _ = fastest(5, lambda: a @ b)
    return 2 * n**3 / seconds / 1e9


def main():
    parser = argparse.ArgumentParser(description="Rates of SeqFlow in PyTorch.")
    parser.add_argument("preset", choices=PRESETS)
    preset = parser.parse_args().preset
    sizes = PRESETS[preset]
    runs = 3 if preset == "small" else 1

    torch.set_num_threads(os.cpu_count())
    torch.manual_seed(0)
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
    print(f"  matmul: {matmul_rate():.0f} GFLOP/s")

    def report(what, sequences, seconds):
        rate = sequences * sizes.max_length / seconds
        print(f"  {preset} {what}: {rate:.0f} tokens/s", flush=True)

    flow = SeqFlow(sizes)
    trainer = Trainer(flow)
    trained = random_sequences(512 if preset == "small" else 128, sizes)
    seconds, _ = fastest(runs, lambda: trainer.epoch(trained))
    report("train", len(trained), seconds)

    sample = random_sequences(1024, sizes)
    seconds, z = fastest(runs, lambda: flow.encode(sample))
    report("encode", len(sample), seconds)
    seconds, back = fastest(runs, lambda: flow.decode(z))
    report("decode", len(sample), seconds)
    print(f"  exact: {(back == sample).all(1).sum()} of {len(sample)}")


if __name__ == "__main__":
    main()
