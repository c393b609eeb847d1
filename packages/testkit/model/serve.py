"""Serves a GGUF model on the loopback address with llama.cpp's OpenAI-compatible server. Needs: pip install xllamacpp

usage: serve.py MODEL.gguf NAME PORT

PORT 0 takes one that is free. Prints `READY URL` on stdout once it answers; llama.cpp's own log, with the tokens of every
request, goes to stderr. Ends when stdin does, so it never outlives the program that started it.
"""

import sys

import xllamacpp


def main(model, name, port):
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {name}
    params.hostnames = ["127.0.0.1"]
    params.port = int(port)
    params.n_ctx = 512
    params.n_parallel = 1
    # More threads are slower on so small a model.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    # The log counts the prompt tokens it works on: without this, not those it remembers from the last request.
    params.cache_prompt = False
    server = xllamacpp.Server(params)
    print("READY", server.listening_address, flush=True)
    for _ in sys.stdin:
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
