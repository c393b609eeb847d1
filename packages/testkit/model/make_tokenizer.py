"""Makes the tokenizer, the configuration, and the training tokens. Needs: pip install tokenizers numpy

usage: make_tokenizer.py CHECKPOINT_FOLDER TOKENS_FILE
"""

import json
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from corpus import Corpus

BEGIN, USER, ASSISTANT, END = "<|endoftext|>", "<|user|>", "<|assistant|>", "<|end|>"

CHAT_TEMPLATE = (
    "{% for m in messages %}"
    "<|{{ 'assistant' if m['role']=='assistant' else 'user' }}|>{{ m['content'] }}<|end|>"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def make_tokenizer(corpus):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1024,  # an upper bound: so little text ends at 689
        special_tokens=[BEGIN, USER, ASSISTANT, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = [f"{question or ''}\n{answer}" for question, answer in corpus.documents(6000)]
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def training_tokens(tokenizer, corpus):
    tokens = []
    for question, answer in corpus.documents(40_000):
        asked = f"{USER}{question}{END}{ASSISTANT}" if question else ""
        tokens += tokenizer.encode(f"{BEGIN}{asked}{answer}{END}").ids
    return np.array(tokens, dtype=np.int32)


def tokenizer_config():
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": BEGIN,
        "eos_token": END,
        "add_bos_token": True,
        "model_max_length": 512,
        "chat_template": CHAT_TEMPLATE,
    }


def model_config(tokenizer):
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": 128,
        "intermediate_size": 352,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "head_dim": 32,
        "max_position_embeddings": 512,
        "vocab_size": tokenizer.get_vocab_size(),
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "hidden_act": "silu",
        "tie_word_embeddings": False,
        "bos_token_id": tokenizer.token_to_id(BEGIN),
        "eos_token_id": tokenizer.token_to_id(END),
        "torch_dtype": "float32",
    }


def main(folder, tokens_file):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    corpus = Corpus()
    tokenizer = make_tokenizer(corpus)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config()))
    (folder / "config.json").write_text(json.dumps(model_config(tokenizer)))
    tokens = training_tokens(tokenizer, corpus)
    tokens.tofile(tokens_file)
    print(f"{tokenizer.get_vocab_size()} words, {len(tokens)} tokens")


if __name__ == "__main__":
    main(*sys.argv[1:])
