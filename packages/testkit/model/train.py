"""Trains the weights on the CPU. Needs torch (Debian's python3-torch 1.13 will do), numpy and safetensors.

usage: train.py CHECKPOINT_FOLDER TOKENS_FILE SECONDS

Writes CHECKPOINT_FOLDER/model.safetensors. How far it comes in the time depends on the machine, so the weights are not the
same twice; everything after them is.
"""

import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.numpy import save_file

WINDOW = 128
BATCH = 16
LEARNING_RATE = 2e-3


class RmsNorm(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(config["hidden_size"]))
        self.epsilon = config["rms_norm_eps"]

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight


class Rotary:
    """Rotary position embedding, in the half-split order of Hugging Face's Llama."""

    def __init__(self, config):
        size = config["head_dim"]
        frequency = 1 / config["rope_theta"] ** (torch.arange(0, size, 2) / size)
        angle = torch.outer(torch.arange(WINDOW), frequency)
        angle = torch.cat([angle, angle], -1)
        self.cos, self.sin, self.half = angle.cos(), angle.sin(), size // 2

    def __call__(self, x):
        rotated = torch.cat([-x[..., self.half :], x[..., : self.half]], -1)
        length = x.shape[2]
        return x * self.cos[:length] + rotated * self.sin[:length]


class Layer(nn.Module):
    def __init__(self, config, rotary):
        super().__init__()
        size, inner = config["hidden_size"], config["intermediate_size"]
        self.heads, self.head_size = config["num_attention_heads"], config["head_dim"]
        self.rotary = rotary
        self.mask = torch.full((WINDOW, WINDOW), -1e9).triu(1)
        self.input_layernorm = RmsNorm(config)
        self.post_attention_layernorm = RmsNorm(config)
        self.self_attn = nn.ModuleDict(
            {name: nn.Linear(size, size, bias=False) for name in ("q_proj", "k_proj", "v_proj", "o_proj")}
        )
        self.mlp = nn.ModuleDict(
            {
                "gate_proj": nn.Linear(size, inner, bias=False),
                "up_proj": nn.Linear(size, inner, bias=False),
                "down_proj": nn.Linear(inner, size, bias=False),
            }
        )

    def forward(self, x):
        x = x + self.attention(self.input_layernorm(x))
        h = self.post_attention_layernorm(x)
        return x + self.mlp["down_proj"](F.silu(self.mlp["gate_proj"](h)) * self.mlp["up_proj"](h))

    def attention(self, h):
        batch, length, _ = h.shape

        def project(name):
            return self.self_attn[name](h).view(batch, length, self.heads, self.head_size).transpose(1, 2)

        query, key, value = self.rotary(project("q_proj")), self.rotary(project("k_proj")), project("v_proj")
        scores = query @ key.transpose(-1, -2) / math.sqrt(self.head_size) + self.mask[:length, :length]
        return self.self_attn["o_proj"]((scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, length, -1))


class Llama(nn.Module):
    """Named so that `state_dict()` has the names of a Hugging Face checkpoint."""

    def __init__(self, config):
        super().__init__()
        size, words = config["hidden_size"], config["vocab_size"]
        rotary = Rotary(config)
        layers = nn.ModuleList(Layer(config, rotary) for _ in range(config["num_hidden_layers"]))
        self.model = nn.ModuleDict(
            {"embed_tokens": nn.Embedding(words, size), "layers": layers, "norm": RmsNorm(config)}
        )
        self.lm_head = nn.Linear(size, words, bias=False)
        for weight in self.parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, 0, 0.02 if weight.shape[0] == words else 0.06)

    def forward(self, tokens):
        x = self.model["embed_tokens"](tokens)
        for layer in self.model["layers"]:
            x = layer(x)
        return self.lm_head(self.model["norm"](x))


def train(model, tokens, begin, seconds):
    """Takes windows that start at the beginning of a document, for as long as there is time."""
    starts = (tokens == begin).nonzero().flatten()
    starts = starts[starts < len(tokens) - WINDOW - 1]
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.95), weight_decay=0.05)
    began, step = time.time(), 0
    while (elapsed := time.time() - began) < seconds:
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1, (step + 1) / 50) * (1 - 0.95 * elapsed / seconds)
        picked = starts[torch.randint(len(starts), (BATCH,))]
        windows = torch.stack([tokens[start : start + WINDOW + 1] for start in picked])
        logits = model(windows[:, :-1])
        loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), windows[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 200 == 0:
            print(f"step {step}, loss {loss.item():.3f}, {elapsed:.0f} s", flush=True)


def main(folder, tokens_file, seconds):
    folder = Path(folder)
    config = json.loads((folder / "config.json").read_text())
    torch.manual_seed(1)
    torch.set_num_threads(2)
    model = Llama(config)
    print(f"{sum(weight.numel() for weight in model.parameters())} parameters")
    tokens = torch.from_numpy(np.fromfile(tokens_file, dtype=np.int32).astype(np.int64))
    train(model, tokens, config["bos_token_id"], float(seconds))
    weights = {name: np.ascontiguousarray(weight.numpy()) for name, weight in model.state_dict().items()}
    save_file(weights, str(folder / "model.safetensors"), metadata={"format": "pt"})


if __name__ == "__main__":
    main(*sys.argv[1:])
