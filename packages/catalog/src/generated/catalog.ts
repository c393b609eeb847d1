// Made from catalog.toml by `pnpm run docs:gen`.
import type { Model } from "../catalog/model.ts";

export const builtInModels: readonly Model[] = [
	{
		"name": "TinyLlama 1.1B Chat v1.0, Q4_K_M",
		"dir": "tinyllama",
		"id": "tinyllama",
		"kind": "chat",
		"repo": "TheBloke/TinyLlama-1.1B-Chat-v1.0-GGUF",
		"revision": "52e7645ba7c309695bec7ac98f4f005b139cf465",
		"license": "Apache-2.0",
		"parameters": "1.1B",
		"context": 2048,
		"sources": {
			"revision": [
				"iamine-labs/iamine:docs/models/beta-registry-metadata.md",
				"altvale/kruxos:docs/public/docs/inference/models.json"
			],
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/TheBloke_TinyLlama-1.1B-Chat-v1.0-GGUF.md",
				"iamine-labs/iamine:docs/models/beta-registry-metadata.md"
			],
			"parameters": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/TheBloke_TinyLlama-1.1B-Chat-v1.0-GGUF.md"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/TheBloke_TinyLlama-1.1B-Chat-v1.0-GGUF.md"
			]
		},
		"files": [
			{
				"place": "tinyllama-1.1b-chat-v1.0.Q4_K_M.gguf",
				"path": "tinyllama-1.1b-chat-v1.0.Q4_K_M.gguf",
				"size": 668788096,
				"sha256": "9fecc3b3cd76bba89d504f29b616eedf7da85b96540e490ca5824d3f7d2776a0",
				"sources": {
					"size": [
						"iamine-labs/iamine:docs/models/beta-registry-metadata.md",
						"altvale/kruxos:docs/public/docs/inference/models.json",
						"omarharoun/personal-agent:shared/src/commonMain/kotlin/com/personalagent/shared/provisioning/DefaultModelCatalog.kt@b93f9a613dbb65b71a8446ab5c6f300a3951a931"
					],
					"sha256": [
						"iamine-labs/iamine:docs/models/beta-registry-metadata.md",
						"altvale/kruxos:docs/public/docs/inference/models.json",
						"omarharoun/personal-agent:shared/src/commonMain/kotlin/com/personalagent/shared/provisioning/DefaultModelCatalog.kt@b93f9a613dbb65b71a8446ab5c6f300a3951a931"
					]
				}
			}
		]
	},
	{
		"name": "Qwen2.5 0.5B Instruct, Q4_K_M",
		"dir": "qwen",
		"id": "qwen",
		"kind": "chat",
		"repo": "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
		"revision": "df5bf01389a39c743ab467d734bf501681e041c5",
		"license": "Apache-2.0",
		"parameters": "0.49B",
		"context": 32768,
		"changed": "The old llorch-models script said 352 MB; the file has 491 MB.",
		"sources": {
			"revision": [
				"vicotrbb/ferrite:docs/acceptance-matrix.md"
			],
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/Qwen_Qwen2.5-0.5B-Instruct.md",
				"vicotrbb/ferrite:docs/acceptance-matrix.md"
			],
			"parameters": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/Qwen_Qwen2.5-0.5B-Instruct.md"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/Qwen_Qwen2.5-0.5B-Instruct.md",
				"xorbitsai/inference:doc/source/models/builtin/llm/qwen2.5-instruct.rst"
			]
		},
		"files": [
			{
				"place": "qwen2.5-0.5b-instruct-q4_k_m.gguf",
				"path": "qwen2.5-0.5b-instruct-q4_k_m.gguf",
				"size": 491400032,
				"sha256": "74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db",
				"sources": {
					"size": [
						"vicotrbb/ferrite:docs/acceptance-matrix.md",
						"omarharoun/personal-agent:shared/src/commonMain/kotlin/com/personalagent/shared/provisioning/DefaultModelCatalog.kt@b93f9a613dbb65b71a8446ab5c6f300a3951a931"
					],
					"sha256": [
						"vicotrbb/ferrite:docs/acceptance-matrix.md",
						"vicotrbb/ferrite:scripts/eval.py",
						"omarharoun/personal-agent:shared/src/commonMain/kotlin/com/personalagent/shared/provisioning/DefaultModelCatalog.kt@b93f9a613dbb65b71a8446ab5c6f300a3951a931"
					]
				}
			}
		]
	},
	{
		"name": "Qwen2.5 0.5B Instruct, FP16",
		"dir": "qwen",
		"id": "qwen-fp16",
		"kind": "chat",
		"repo": "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
		"revision": "9217f5db79a29953eb74d5343926648285ec7e67",
		"license": "Apache-2.0",
		"parameters": "0.49B",
		"context": 32768,
		"changed": "The old llorch-models script said 1.1 GB; the file has 1.27 GB.",
		"sources": {
			"revision": [
				"Sahil170595/quantfit:docs/sensitivity-control-v0.md",
				"Sahil170595/quantfit:validation/2026-08-18-sensitivity-control/sensitivity-control.json"
			],
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/Qwen_Qwen2.5-0.5B-Instruct.md",
				"vicotrbb/ferrite:docs/acceptance-matrix.md"
			],
			"parameters": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/Qwen_Qwen2.5-0.5B-Instruct.md"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/Qwen_Qwen2.5-0.5B-Instruct.md",
				"xorbitsai/inference:doc/source/models/builtin/llm/qwen2.5-instruct.rst"
			]
		},
		"files": [
			{
				"place": "qwen2.5-0.5b-instruct-fp16.gguf",
				"path": "qwen2.5-0.5b-instruct-fp16.gguf",
				"size": 1266425696,
				"sha256": "8e0ae26000627ed62de0e78e41860af70094558b9d2913385c842a6aa06cf3fc",
				"sources": {
					"size": [
						"Sahil170595/quantfit:docs/sensitivity-control-v0.md"
					],
					"sha256": [
						"Sahil170595/quantfit:docs/sensitivity-control-v0.md",
						"Sahil170595/quantfit:validation/2026-08-18-sensitivity-control/sensitivity-control.json"
					]
				}
			}
		]
	},
	{
		"name": "Phi-3 Mini 4K Instruct, Q4",
		"dir": "phi3",
		"id": "phi3",
		"kind": "chat",
		"repo": "microsoft/Phi-3-mini-4k-instruct-gguf",
		"revision": "a64113399c2f6b8ad3e11c394733a2ddadaa7f33",
		"license": "MIT",
		"parameters": "3.8B",
		"context": 4096,
		"sources": {
			"revision": [
				"vicotrbb/ferrite:docs/acceptance-matrix.md",
				"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f"
			],
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/microsoft_Phi-3-mini-4k-instruct-gguf.md",
				"vicotrbb/ferrite:docs/acceptance-matrix.md"
			],
			"parameters": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/microsoft_Phi-3-mini-4k-instruct-gguf.md"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/microsoft_Phi-3-mini-4k-instruct-gguf.md",
				"xorbitsai/inference:doc/source/models/builtin/llm/phi-3-mini-4k-instruct.rst"
			]
		},
		"files": [
			{
				"place": "Phi-3-mini-4k-instruct-q4.gguf",
				"path": "Phi-3-mini-4k-instruct-q4.gguf",
				"size": 2393231072,
				"sha256": "8a83c7fb9049a9b2e92266fa7ad04933bb53aa1e85136b7b30f1b8000ff2edef",
				"sources": {
					"size": [
						"vicotrbb/ferrite:docs/acceptance-matrix.md",
						"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f"
					],
					"sha256": [
						"vicotrbb/ferrite:crates/ferrite-cli/src/model_acquisition.rs",
						"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f",
						"mudler/LocalAI:gallery/index.yaml@962ebbaf7792e51c4106630d39b3b7a45134d751"
					]
				}
			}
		]
	},
	{
		"name": "Llama 3 8B Instruct, Q4_K_M",
		"dir": "llama3",
		"id": "llama3",
		"kind": "chat",
		"repo": "QuantFactory/Meta-Llama-3-8B-Instruct-GGUF",
		"license": "llama3",
		"terms": "Meta Llama 3 Community License",
		"parameters": "8B",
		"context": 8192,
		"unverified": "no citable source ties a revision or an exact size to this file; its sha256 is known and checked",
		"notes": "4.9 GB, said the old llorch-models script. The publisher replaced the files of this repository several times, so only the hash says which one it is.",
		"sources": {
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/QuantFactory_Meta-Llama-3-8B-Instruct-GGUF.md"
			],
			"parameters": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/QuantFactory_Meta-Llama-3-8B-Instruct-GGUF.md"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/QuantFactory_Meta-Llama-3-8B-Instruct-GGUF.md",
				"xorbitsai/inference:doc/source/models/builtin/llm/llama-3-instruct.rst"
			]
		},
		"files": [
			{
				"place": "Meta-Llama-3-8B-Instruct.Q4_K_M.gguf",
				"path": "Meta-Llama-3-8B-Instruct.Q4_K_M.gguf",
				"sha256": "86c8ea6c8b755687d0b723176fcd0b2411ef80533d23e2a5030f845d13ab2db7",
				"sources": {
					"sha256": [
						"graylanquantum/py-waggle-ipfs:Dockerfile",
						"mantzaris/llm-rankcloak:notes/22_key_experiment_commands.md"
					]
				}
			}
		]
	},
	{
		"name": "Llama 3.2 3B Instruct, Q4_K_M",
		"dir": "llama32",
		"id": "llama32",
		"kind": "chat",
		"repo": "bartowski/Llama-3.2-3B-Instruct-GGUF",
		"revision": "5ab33fa94d1d04e903623ae72c95d1696f09f9e8",
		"license": "llama3.2",
		"terms": "Llama 3.2 Community License",
		"parameters": "3.21B",
		"context": 131072,
		"changed": "The old llorch-models script named Komodo-Llama-3.2-3B-v2-fp16.gguf of tensorblock, a file of which no trace was found and which would be another model (a fine-tune); this is Llama 3.2 3B Instruct itself, at 4 bits.",
		"sources": {
			"revision": [
				"iamine-labs/iamine:docs/models/beta-registry-metadata.md",
				"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f",
				"Sahil170595/quantfit:validation/2026-08-21-screen-complete/reports/gguf-llama32-3b-bartowski.json"
			],
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/bartowski_Llama-3.2-3B-Instruct-GGUF.md",
				"iamine-labs/iamine:docs/models/beta-registry-metadata.md"
			],
			"parameters": [
				"a-ghorbani/pocketpal-ai:src/store/defaultModels.ts@f475b605786e8b0809f9cf3242c9c3c3dc6fe1c6"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/lmstudio-community_Llama-3.2-3B-Instruct-GGUF.md",
				"docker/model-cards:ai/llama3.2.md"
			]
		},
		"files": [
			{
				"place": "Llama-3.2-3B-Instruct-Q4_K_M.gguf",
				"path": "Llama-3.2-3B-Instruct-Q4_K_M.gguf",
				"size": 2019377696,
				"sha256": "6c1a2b41161032677be168d354123594c0e6e67d2b9227c84f296ad037c728ff",
				"sources": {
					"size": [
						"iamine-labs/iamine:docs/models/beta-registry-metadata.md",
						"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f"
					],
					"sha256": [
						"iamine-labs/iamine:docs/models/beta-registry-metadata.md",
						"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f",
						"Sahil170595/quantfit:validation/2026-08-21-screen-complete/reports/gguf-llama32-3b-bartowski.json"
					]
				}
			}
		]
	},
	{
		"name": "Llama 2 7B, Q8_0",
		"dir": "llama2-7b",
		"id": "llama2",
		"kind": "base",
		"repo": "TheBloke/Llama-2-7B-GGUF",
		"license": "llama2",
		"terms": "Llama 2 Community License",
		"parameters": "7B",
		"context": 4096,
		"unverified": "no trustworthy source for its sha256, exact size and revision was found; the hub's own hash counts, and is pinned on the first download",
		"notes": "7.16 GB by its card. The files of this repository are GGUF version 2, which some readers refuse.",
		"sources": {
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/TheBloke_Llama-2-7B-GGUF.md"
			],
			"parameters": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/TheBloke_Llama-2-7B-GGUF.md"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/TheBloke_Llama-2-7B-GGUF.md",
				"xorbitsai/inference:doc/source/models/builtin/llm/llama-2.rst"
			]
		},
		"files": [
			{
				"place": "llama-2-7b.Q8_0.gguf",
				"path": "llama-2-7b.Q8_0.gguf",
				"sources": {}
			}
		]
	},
	{
		"name": "Mistral 7B Instruct v0.2, Q4_K_M",
		"dir": "mistral",
		"id": "mistral",
		"kind": "chat",
		"repo": "TheBloke/Mistral-7B-Instruct-v0.2-GGUF",
		"revision": "3a6fbf4a41a1d52e415a4958cde6856d34b2db93",
		"license": "Apache-2.0",
		"parameters": "7B",
		"context": 32768,
		"changed": "The old llorch-models script named mistral-7b-instruct-v0.2.f16.gguf (14 GB), which this repository does not have; this is its Q4_K_M.",
		"sources": {
			"revision": [
				"iamine-labs/iamine:docs/models/beta-registry-metadata.md"
			],
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/TheBloke_Mistral-7B-Instruct-v0.2-GGUF.md",
				"iamine-labs/iamine:docs/models/beta-registry-metadata.md"
			],
			"parameters": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/TheBloke_Mistral-7B-Instruct-v0.2-GGUF.md"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/TheBloke_Mistral-7B-Instruct-v0.2-GGUF.md"
			]
		},
		"files": [
			{
				"place": "mistral-7b-instruct-v0.2.Q4_K_M.gguf",
				"path": "mistral-7b-instruct-v0.2.Q4_K_M.gguf",
				"size": 4368439584,
				"sha256": "3e0039fd0273fcbebb49228943b17831aadd55cbcbf56f0af00499be2040ccf9",
				"sources": {
					"size": [
						"iamine-labs/iamine:docs/models/beta-registry-metadata.md"
					],
					"sha256": [
						"iamine-labs/iamine:docs/models/beta-registry-metadata.md",
						"greenpioneersolutions/IronMic:electron-app/src/shared/constants.ts"
					]
				}
			}
		]
	},
	{
		"name": "GPT-2 124M, safetensors",
		"dir": "gpt2",
		"id": "gpt2",
		"kind": "base",
		"repo": "openai-community/gpt2",
		"revision": "607a30d783dfa663caf39e06633721c8d4cfcd7e",
		"license": "MIT",
		"parameters": "124M",
		"context": 1024,
		"changed": "The old llorch-models script fetched the whole repository, pickles included; this is the safetensors, the configuration and the tokenizer.",
		"converts": "a GGUF with 32-bit floats",
		"sources": {
			"revision": [
				"rayyyyyyyb/mm1:scripts/assets/download_gpt2_model.ps1"
			],
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/openai-community_gpt2.md"
			],
			"parameters": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/openai-community_gpt2.md"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/openai-community_gpt2.md"
			]
		},
		"files": [
			{
				"place": "pytorch/model.safetensors",
				"path": "model.safetensors",
				"size": 548105171,
				"sha256": "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707",
				"sources": {
					"size": [
						"rayyyyyyyb/mm1:scripts/assets/download_gpt2_model.ps1"
					],
					"sha256": [
						"rayyyyyyyb/mm1:scripts/assets/download_gpt2_model.ps1"
					]
				}
			},
			{
				"place": "pytorch/config.json",
				"path": "config.json",
				"size": 665,
				"sha256": "0daed7749b4f02b8f76240d5444551d7b08712dab4d0adb8239c56ba823bb7b4",
				"sources": {
					"size": [
						"MontrealAI/AGI-Alpha-Agent-v0:alpha_factory_v1/demos/gpt2_small_cli/model_download.py"
					],
					"sha256": [
						"MontrealAI/AGI-Alpha-Agent-v0:alpha_factory_v1/demos/gpt2_small_cli/model_download.py"
					]
				}
			},
			{
				"place": "pytorch/vocab.json",
				"path": "vocab.json",
				"size": 1042301,
				"sha256": "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
				"sources": {
					"size": [
						"graykode/gpt-2-Pytorch:GPT2/encoder.json"
					],
					"sha256": [
						"MontrealAI/AGI-Alpha-Agent-v0:alpha_factory_v1/demos/gpt2_small_cli/model_download.py",
						"openai/tiktoken:tiktoken_ext/openai_public.py",
						"graykode/gpt-2-Pytorch:GPT2/encoder.json"
					]
				}
			},
			{
				"place": "pytorch/merges.txt",
				"path": "merges.txt",
				"size": 456318,
				"sha256": "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
				"sources": {
					"size": [
						"graykode/gpt-2-Pytorch:GPT2/vocab.bpe"
					],
					"sha256": [
						"MontrealAI/AGI-Alpha-Agent-v0:alpha_factory_v1/demos/gpt2_small_cli/model_download.py",
						"openai/tiktoken:tiktoken_ext/openai_public.py",
						"graykode/gpt-2-Pytorch:GPT2/vocab.bpe"
					]
				}
			}
		]
	},
	{
		"name": "Granite 4.0 Micro, Q4_K_M",
		"dir": "granite",
		"id": "granite",
		"kind": "chat",
		"repo": "ibm-granite/granite-4.0-micro-GGUF",
		"revision": "ec48475f0c811d812fbfb61975717a9c36eeb652",
		"license": "Apache-2.0",
		"parameters": "3B",
		"context": 131072,
		"changed": "IBM's own GGUF, so nothing has to be converted. The old llorch-models script made a 32-bit file of the safetensors and said 8 GB; 3 billion 32-bit weights are more.",
		"sources": {
			"revision": [
				"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f"
			],
			"license": [
				"docker/model-cards:ai/granite-4.0-micro.md",
				"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f"
			],
			"parameters": [
				"docker/model-cards:ai/granite-4.0-micro.md",
				"hxin-an/XBrainLab:XBrainLab/llm/core/model_catalog.py"
			],
			"context": [
				"hxin-an/XBrainLab:XBrainLab/llm/core/model_catalog.py",
				"docker/model-cards:ai/granite-4.0-micro.md"
			]
		},
		"files": [
			{
				"place": "granite-4.0-micro-Q4_K_M.gguf",
				"path": "granite-4.0-micro-Q4_K_M.gguf",
				"size": 2099502528,
				"sha256": "97c417dcc0534b0737c74016fb2af083cb17c3b51eaac621192d23961b7024eb",
				"sources": {
					"size": [
						"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f"
					],
					"sha256": [
						"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f"
					]
				}
			}
		]
	},
	{
		"name": "SmolLM2 135M Instruct, Q4_K_M",
		"dir": "smollm2-135m",
		"id": "smollm2-135m",
		"kind": "chat",
		"repo": "bartowski/SmolLM2-135M-Instruct-GGUF",
		"revision": "09816acd5d99df7be770d85ea30822623dab342c",
		"license": "Apache-2.0",
		"parameters": "135M",
		"context": 8192,
		"notes": "The smallest chat model here: good for trying things out.",
		"sources": {
			"revision": [
				"vicotrbb/ferrite:docs/acceptance-matrix.md"
			],
			"license": [
				"vicotrbb/ferrite:docs/acceptance-matrix.md",
				"docker/model-cards:ai/smollm2.md"
			],
			"parameters": [
				"docker/model-cards:ai/smollm2.md"
			],
			"context": [
				"docker/model-cards:ai/smollm2.md",
				"HackNetAyush/smollm2-135M-instruct-gguf-q8:README.md"
			]
		},
		"files": [
			{
				"place": "SmolLM2-135M-Instruct-Q4_K_M.gguf",
				"path": "SmolLM2-135M-Instruct-Q4_K_M.gguf",
				"size": 105454432,
				"sha256": "2e8040ceae7815abe0dcb3540b9995eaa1fa0d2ca9e797d0a635ae4433c68c2d",
				"sources": {
					"size": [
						"vicotrbb/ferrite:docs/acceptance-matrix.md",
						"LocalMode-AI/LocalMode-Bench:native/2026/09/m1-pro/models.json"
					],
					"sha256": [
						"vicotrbb/ferrite:docs/acceptance-matrix.md",
						"LocalMode-AI/LocalMode-Bench:native/2026/09/m1-pro/models.json"
					]
				}
			}
		]
	},
	{
		"name": "SmolLM2 360M Instruct, Q4_K_M",
		"dir": "smollm2-360m",
		"id": "smollm2-360m",
		"kind": "chat",
		"repo": "bartowski/SmolLM2-360M-Instruct-GGUF",
		"license": "Apache-2.0",
		"parameters": "360M",
		"unverified": "no citable source gives a revision or a context length; its sha256 is known and checked",
		"sources": {
			"license": [
				"omarharoun/personal-agent:shared/src/commonMain/kotlin/com/personalagent/shared/provisioning/DefaultModelCatalog.kt@b93f9a613dbb65b71a8446ab5c6f300a3951a931",
				"docker/model-cards:ai/smollm2.md"
			],
			"parameters": [
				"docker/model-cards:ai/smollm2.md"
			]
		},
		"files": [
			{
				"place": "SmolLM2-360M-Instruct-Q4_K_M.gguf",
				"path": "SmolLM2-360M-Instruct-Q4_K_M.gguf",
				"size": 270590880,
				"sha256": "2fa3f013dcdd7b99f9b237717fa0b12d75bbb89984cc1274be1471a465bac9c2",
				"sources": {
					"size": [
						"omarharoun/personal-agent:shared/src/commonMain/kotlin/com/personalagent/shared/provisioning/DefaultModelCatalog.kt@b93f9a613dbb65b71a8446ab5c6f300a3951a931"
					],
					"sha256": [
						"omarharoun/personal-agent:shared/src/commonMain/kotlin/com/personalagent/shared/provisioning/DefaultModelCatalog.kt@b93f9a613dbb65b71a8446ab5c6f300a3951a931"
					]
				}
			}
		]
	},
	{
		"name": "Qwen3 0.6B, Q8_0",
		"dir": "qwen3-0.6b",
		"id": "qwen3-0.6b",
		"kind": "chat",
		"repo": "Qwen/Qwen3-0.6B-GGUF",
		"license": "Apache-2.0",
		"parameters": "0.6B",
		"context": 40960,
		"unverified": "no citable source gives a revision; its sha256 is known and checked",
		"sources": {
			"license": [
				"stateforward/emel.cpp:tests/models/README.md",
				"docker/model-cards:ai/qwen3.md"
			],
			"parameters": [
				"docker/model-cards:ai/qwen3.md"
			],
			"context": [
				"xorbitsai/inference:doc/source/models/builtin/llm/qwen3.rst"
			]
		},
		"files": [
			{
				"place": "Qwen3-0.6B-Q8_0.gguf",
				"path": "Qwen3-0.6B-Q8_0.gguf",
				"size": 639446688,
				"sha256": "9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031",
				"sources": {
					"size": [
						"stateforward/emel.cpp:tests/models/README.md"
					],
					"sha256": [
						"stateforward/emel.cpp:tests/models/README.md",
						"hyeons-lab/cera:scripts/fetch_test_models.sh"
					]
				}
			}
		]
	},
	{
		"name": "Gemma 3 270M it QAT, Q4_0",
		"dir": "gemma3-270m",
		"id": "gemma3-270m",
		"kind": "chat",
		"repo": "ggml-org/gemma-3-270m-it-qat-GGUF",
		"license": "gemma",
		"terms": "Gemma Terms of Use",
		"parameters": "270M",
		"context": 32768,
		"unverified": "no citable source gives a revision or an exact size; its sha256 is known and checked",
		"sources": {
			"license": [
				"mudler/LocalAI:gallery/index.yaml",
				"docker/model-cards:ai/gemma3-qat.md"
			],
			"parameters": [
				"docker/model-cards:ai/gemma3-qat.md"
			],
			"context": [
				"superm1/FastFlowLM:docs/docs/models/gemma.md",
				"docker/model-cards:ai/gemma3-qat.md"
			]
		},
		"files": [
			{
				"place": "gemma-3-270m-it-qat-Q4_0.gguf",
				"path": "gemma-3-270m-it-qat-Q4_0.gguf",
				"sha256": "3626e245220ca4a1c5911eb4010b3ecb7bdbf5bc53c79403c21355354d1e2dc6",
				"sources": {
					"sha256": [
						"mudler/LocalAI:gallery/index.yaml"
					]
				}
			}
		]
	},
	{
		"name": "Gemma 3 1B it, Q4_K_M",
		"dir": "gemma3-1b",
		"id": "gemma3-1b",
		"kind": "chat",
		"repo": "ggml-org/gemma-3-1b-it-GGUF",
		"revision": "f9c28bcd85737ffc5aef028638d3341d49869c27",
		"license": "gemma",
		"terms": "Gemma Terms of Use",
		"parameters": "1B",
		"context": 32768,
		"sources": {
			"revision": [
				"cleanunicorn/earheart:main/engines/registry.js",
				"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f"
			],
			"license": [
				"mudler/LocalAI:gallery/index.yaml"
			],
			"parameters": [
				"xorbitsai/inference:doc/source/models/builtin/llm/gemma-3-1b-it.rst"
			],
			"context": [
				"xorbitsai/inference:doc/source/models/builtin/llm/gemma-3-1b-it.rst"
			]
		},
		"files": [
			{
				"place": "gemma-3-1b-it-Q4_K_M.gguf",
				"path": "gemma-3-1b-it-Q4_K_M.gguf",
				"size": 806058240,
				"sha256": "8ccc5cd1f1b3602548715ae25a66ed73fd5dc68a210412eea643eb20eb75a135",
				"sources": {
					"size": [
						"cleanunicorn/earheart:main/engines/registry.js",
						"cleanunicorn/earheart:docs/cleanup-models.md@1d2a6213f4ed5babcbbc2fca35f2a3e83a4c878f"
					],
					"sha256": [
						"cleanunicorn/earheart:main/engines/registry.js",
						"mudler/LocalAI:gallery/index.yaml"
					]
				}
			}
		]
	},
	{
		"name": "Llama 3.2 1B Instruct, Q4_K_M",
		"dir": "llama32-1b",
		"id": "llama32-1b",
		"kind": "chat",
		"repo": "bartowski/Llama-3.2-1B-Instruct-GGUF",
		"revision": "067b946cf014b7c697f3654f621d577a3e3afd1c",
		"license": "llama3.2",
		"terms": "Llama 3.2 Community License",
		"parameters": "1.24B",
		"context": 131072,
		"sources": {
			"revision": [
				"Sahil170595/quantfit:validation/2026-08-18-screen-tierA/gguf-llama32-1b-bartowski.json"
			],
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/bartowski_Llama-3.2-1B-Instruct-GGUF.md"
			],
			"parameters": [
				"a-ghorbani/pocketpal-ai:src/store/defaultModels.ts@f475b605786e8b0809f9cf3242c9c3c3dc6fe1c6"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/lmstudio-community_Llama-3.2-1B-Instruct-GGUF.md",
				"docker/model-cards:ai/llama3.2.md"
			]
		},
		"files": [
			{
				"place": "Llama-3.2-1B-Instruct-Q4_K_M.gguf",
				"path": "Llama-3.2-1B-Instruct-Q4_K_M.gguf",
				"size": 807694464,
				"sha256": "6f85a640a97cf2bf5b8e764087b1e83da0fdb51d7c9fab7d0fece9385611df83",
				"sources": {
					"size": [
						"LocalMode-AI/LocalMode-Bench:native/2026/09/m1-pro/models.json"
					],
					"sha256": [
						"Sahil170595/quantfit:validation/2026-08-18-screen-tierA/gguf-llama32-1b-bartowski.json",
						"hyeons-lab/cera:scripts/fetch_test_models.sh",
						"LocalMode-AI/LocalMode-Bench:native/2026/09/m1-pro/models.json"
					]
				}
			}
		]
	},
	{
		"name": "Nomic Embed Text v1.5, Q4_K_M",
		"dir": "nomic-embed",
		"id": "nomic-embed",
		"kind": "embedding",
		"repo": "nomic-ai/nomic-embed-text-v1.5-GGUF",
		"license": "Apache-2.0",
		"parameters": "137M",
		"context": 8192,
		"unverified": "no citable source gives a revision; its sha256 is known and checked",
		"sources": {
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/nomic-ai_nomic-embed-text-v1.5.md",
				"omarharoun/personal-agent:shared/src/commonMain/kotlin/com/personalagent/shared/provisioning/DefaultModelCatalog.kt@b93f9a613dbb65b71a8446ab5c6f300a3951a931"
			],
			"parameters": [
				"docker/model-cards:ai/nomic-embed-text-v1.5.md"
			],
			"context": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/nomic-ai_nomic-embed-text-v1.5.md"
			]
		},
		"files": [
			{
				"place": "nomic-embed-text-v1.5.Q4_K_M.gguf",
				"path": "nomic-embed-text-v1.5.Q4_K_M.gguf",
				"size": 84106624,
				"sha256": "d4e388894e09cf3816e8b0896d81d265b55e7a9fff9ab03fe8bf4ef5e11295ac",
				"sources": {
					"size": [
						"omarharoun/personal-agent:shared/src/commonMain/kotlin/com/personalagent/shared/provisioning/DefaultModelCatalog.kt@b93f9a613dbb65b71a8446ab5c6f300a3951a931"
					],
					"sha256": [
						"omarharoun/personal-agent:shared/src/commonMain/kotlin/com/personalagent/shared/provisioning/DefaultModelCatalog.kt@b93f9a613dbb65b71a8446ab5c6f300a3951a931",
						"tpsdev-ai/milton:harness/scripts/setup-reference.sh"
					]
				}
			}
		]
	},
	{
		"name": "BGE small en v1.5, Q8_0",
		"dir": "bge-small",
		"id": "bge-small",
		"kind": "embedding",
		"repo": "CompendiumLabs/bge-small-en-v1.5-gguf",
		"license": "MIT",
		"context": 512,
		"unverified": "no source gives a revision or the number of parameters; its sha256 is known and checked",
		"notes": "The smallest file here. Another repository has a different file of the same name.",
		"sources": {
			"license": [
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/BAAI_bge-small-en-v1.5.md"
			],
			"context": [
				"xorbitsai/inference:doc/source/models/builtin/embedding/bge-small-en-v1.5.rst",
				"YinanWusoymilk/hf-readme:training_and_application/readme_files/BAAI_bge-small-en-v1.5.md"
			]
		},
		"files": [
			{
				"place": "bge-small-en-v1.5-q8_0.gguf",
				"path": "bge-small-en-v1.5-q8_0.gguf",
				"size": 36806944,
				"sha256": "ec38e8da142596baa913124ae50550de284b6916bf59577ef2f0cb9660c2f514",
				"sources": {
					"size": [
						"LocalMode-AI/LocalMode-Bench:native/2026/09/m1-pro/models.json"
					],
					"sha256": [
						"LocalMode-AI/LocalMode-Bench:native/2026/09/m1-pro/models.json"
					]
				}
			}
		]
	},
	{
		"name": "EmbeddingGemma 300M QAT, Q8_0",
		"dir": "embeddinggemma",
		"id": "embeddinggemma",
		"kind": "embedding",
		"repo": "ggml-org/embeddinggemma-300m-qat-q8_0-GGUF",
		"license": "gemma",
		"terms": "Gemma Terms of Use",
		"parameters": "300M",
		"unverified": "no citable source gives a revision, an exact size or a context length; its sha256 is known and checked",
		"sources": {
			"license": [
				"mudler/LocalAI:gallery/index.yaml"
			],
			"parameters": [
				"mudler/LocalAI:gallery/index.yaml"
			]
		},
		"files": [
			{
				"place": "embeddinggemma-300m-qat-Q8_0.gguf",
				"path": "embeddinggemma-300m-qat-Q8_0.gguf",
				"sha256": "6fa0c02a9c302be6f977521d399b4de3a46310a4f2621ee0063747881b673f67",
				"sources": {
					"sha256": [
						"mudler/LocalAI:gallery/index.yaml",
						"mudler/LocalAI:.agents/adding-gallery-models.md"
					]
				}
			}
		]
	},
	{
		"name": "Phi-4 Mini Instruct, Q4_K_M",
		"dir": "phi4-mini",
		"id": "phi4-mini",
		"kind": "chat",
		"repo": "bartowski/microsoft_Phi-4-mini-instruct-GGUF",
		"license": "MIT",
		"context": 131072,
		"unverified": "no citable source gives a revision, an exact size or the number of parameters; its sha256 is known and checked",
		"sources": {
			"license": [
				"mudler/LocalAI:gallery/index.yaml@d7a0e3c5eae88538147860b9d027e356c6eea37a"
			],
			"context": [
				"mudler/LocalAI:gallery/index.yaml@d7a0e3c5eae88538147860b9d027e356c6eea37a",
				"JohnSnowLabs/spark-nlp:docs/_posts/DevinTDHa/2025-08-04-Phi_4_mini_instruct_Q4_K_M_gguf_en.md"
			]
		},
		"files": [
			{
				"place": "microsoft_Phi-4-mini-instruct-Q4_K_M.gguf",
				"path": "microsoft_Phi-4-mini-instruct-Q4_K_M.gguf",
				"sha256": "01999f17c39cc3074afae5e9c539bc82d45f2dd7faa3917c66cbef76fce8c0c2",
				"sources": {
					"sha256": [
						"mudler/LocalAI:gallery/index.yaml@d7a0e3c5eae88538147860b9d027e356c6eea37a"
					]
				}
			}
		]
	}
];
