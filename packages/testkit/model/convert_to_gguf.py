"""Turns the checkpoint into a GGUF file. Needs: pip install gguf numpy safetensors (no torch)

usage: convert_to_gguf.py CHECKPOINT_FOLDER OUT.gguf [f32|f16|q8_0]

The same checkpoint gives the same bytes: `convert_to_gguf.py checkpoint tiny-q8_0.gguf q8_0` rebuilds the committed file.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import load_file

TYPES = {
    "f32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
    "f16": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "q8_0": (gguf.GGMLQuantizationType.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
}


def add_shape(writer, config):
    writer.add_name("tiny-made-here")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_vocab_size(config["vocab_size"])


def add_tokenizer(writer, config, tokenizer, tokenizer_config):
    words = sorted(tokenizer["model"]["vocab"].items(), key=lambda word: word[1])
    special = {token["id"] for token in tokenizer["added_tokens"]}
    merges = tokenizer["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([word for word, _ in words])
    writer.add_token_types(
        [gguf.TokenType.CONTROL if number in special else gguf.TokenType.NORMAL for _, number in words]
    )
    writer.add_token_merges([" ".join(merge) if isinstance(merge, list) else merge for merge in merges])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_add_bos_token(True)
    writer.add_chat_template(tokenizer_config["chat_template"])


def interleave(weight, heads):
    """Hugging Face rotates the two halves of a head, llama.cpp its neighbours: the rows change places."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def add_weights(writer, config, weights, kind):
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    for name, weight in weights.items():
        if "q_proj" in name:
            weight = interleave(weight, config["num_attention_heads"])
        if "k_proj" in name:
            weight = interleave(weight, config["num_key_value_heads"])
        weight = np.ascontiguousarray(weight, dtype=np.float32)
        target = names.get_name(name, (".weight",))
        # Norms are vectors, and stay as they are.
        if weight.ndim == 2 and kind != gguf.GGMLQuantizationType.F32:
            writer.add_tensor(target, gguf.quantize(weight, kind), raw_dtype=kind)
        else:
            writer.add_tensor(target, weight)


def main(folder, out, type_name="f32"):
    folder = Path(folder)

    def read(name):
        return json.loads((folder / name).read_text())

    config = read("config.json")
    kind, file_type = TYPES[type_name]
    writer = gguf.GGUFWriter(out, "llama")
    add_shape(writer, config)
    add_tokenizer(writer, config, read("tokenizer.json"), read("tokenizer_config.json"))
    writer.add_file_type(file_type)
    add_weights(writer, config, load_file(folder / "model.safetensors"), kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
