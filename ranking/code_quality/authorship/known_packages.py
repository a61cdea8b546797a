"""Packages that paper repositories carry whole instead of depending on them, known by files that only they hold.

A folder's name says little: ``baselines/`` holds the baselines of a paper more often than OpenAI's package.
"""

from __future__ import annotations

from collections.abc import Iterable

_ENOUGH = 2  # of a package's own files, or all that are listed for it

# In lower case, by where they end; folders only where the name of a file is a common one.
_OWN_FILES: dict[str, tuple[str, ...]] = {
    "detectron2": ("structures/boxes.py", "layers/nms.py", "engine/defaults.py", "modeling/poolers.py"),
    "fairseq": ("fairseq_task.py", "fairseq_model.py", "sequence_generator.py", "checkpoint_utils.py"),
    "mmdet": ("models/builder.py", "models/detectors/base.py", "apis/inference.py", "utils/collect_env.py"),
    "mmdet3d": ("models/builder.py", "models/detectors/base.py", "apis/inference.py", "utils/collect_env.py"),
    "mmseg": ("models/builder.py", "models/segmentors/base.py", "apis/inference.py", "utils/collect_env.py"),
    "mmcv": ("cnn/bricks/conv_module.py", "runner/base_runner.py", "ops/nms.py", "utils/registry.py"),
    "mmengine": ("runner/runner.py", "registry/registry.py", "model/base_module.py"),
    "transformers": ("modeling_utils.py", "configuration_utils.py", "tokenization_utils.py", "file_utils.py"),
    "diffusers": (
        "pipelines/pipeline_utils.py", "models/modeling_utils.py", "schedulers/scheduling_ddim.py",
        "models/attention_processor.py", "configuration_utils.py",
    ),
    "peft": ("peft_model.py", "tuners/lora.py", "tuners/lora/layer.py", "utils/save_and_load.py", "mapping.py"),
    "guided_diffusion": ("gaussian_diffusion.py", "respace.py", "script_util.py", "fp16_util.py"),
    "guided-diffusion": ("gaussian_diffusion.py", "respace.py", "script_util.py", "fp16_util.py"),
    "improved_diffusion": ("gaussian_diffusion.py", "respace.py", "script_util.py", "fp16_util.py"),
    "taming": ("models/vqgan.py", "modules/vqvae/quantize.py", "modules/losses/vqperceptual.py"),
    "ldm": ("models/diffusion/ddpm.py", "modules/diffusionmodules/openaimodel.py", "models/autoencoder.py"),
    "dnnlib": ("dnnlib/__init__.py", "dnnlib/util.py"),
    "torch_utils": ("persistence.py", "custom_ops.py", "training_stats.py"),
    "diff-gaussian-rasterization": ("cuda_rasterizer/forward.cu", "rasterize_points.cu"),
    "simple-knn": ("simple_knn.cu", "spatial.cu"),
    "lpipspytorch": ("modules/lpips.py", "modules/networks.py"),
    "pytorch_transformers": ("modeling_utils.py", "tokenization_utils.py", "file_utils.py"),
    "pytorch_pretrained_bert": ("modeling.py", "tokenization.py", "file_utils.py"),
    "open_clip": ("coca_model.py", "pretrained.py", "factory.py", "tokenizer.py"),
    "timm": (
        "models/vision_transformer.py", "models/registry.py", "models/_registry.py", "models/helpers.py",
        "optim/optim_factory.py", "data/transforms_factory.py",
    ),
    "maskrcnn_benchmark": ("structures/bounding_box.py", "modeling/poolers.py", "config/defaults.py"),
    "stylegan2": ("op/fused_act.py", "op/upfirdn2d.py", "training/networks_stylegan2.py", "dnnlib/util.py"),
    "stylegan3": ("training/networks_stylegan3.py", "torch_utils/persistence.py", "dnnlib/util.py"),
    "apex": ("amp/frontend.py", "amp/_amp_state.py", "normalization/fused_layer_norm.py"),
    "nanogpt": ("configurator.py", "model.py"),
    "lm_eval": ("evaluator.py", "api/task.py", "models/huggingface.py", "models/gpt2.py", "tasks/__init__.py"),
    "lm-evaluation-harness": ("lm_eval/evaluator.py", "lm_eval/tasks/__init__.py"),
    "segment_anything": ("build_sam.py", "predictor.py", "modeling/mask_decoder.py"),
    "segment-anything": ("build_sam.py", "predictor.py", "modeling/mask_decoder.py"),
    "groundingdino": ("util/slconfig.py", "models/groundingdino/groundingdino.py"),
    "stable_baselines3": ("common/on_policy_algorithm.py", "common/base_class.py", "common/buffers.py"),
    "deepspeed": ("runtime/engine.py", "runtime/zero/stage3.py", "launcher/runner.py"),
    "megatron": ("core/parallel_state.py", "mpu/initialize.py", "global_vars.py", "initialize.py"),
    "verl": ("trainer/main_ppo.py", "single_controller/base/worker.py", "protocol.py"),
    "trl": ("trainer/ppo_trainer.py", "trainer/sft_trainer.py", "trainer/dpo_trainer.py"),
    "llava": ("model/llava_arch.py", "model/builder.py", "mm_utils.py", "conversation.py"),
    "gsplat": ("cuda/_wrapper.py", "cuda/_torch_impl.py", "rendering.py", "project_gaussians.py"),
    "nerfstudio": ("cameras/rays.py", "engine/trainer.py", "field_components/encodings.py"),
    "pytorch3d": ("structures/meshes.py", "renderer/cameras.py", "ops/knn.py"),
    "raft": ("corr.py", "extractor.py", "update.py"),
    "dinov2": ("layers/swiglu_ffn.py", "models/vision_transformer.py", "hub/backbones.py"),
    "yolov5": ("models/yolo.py", "models/common.py", "utils/torch_utils.py"),
    "yolov7": ("models/yolo.py", "models/common.py", "utils/torch_utils.py"),
    "darknet": ("src/convolutional_layer.c", "src/gemm.c", "include/darknet.h"),
    "pytorch_fid": ("fid_score.py", "inception.py"),
    "pytorch-fid": ("fid_score.py", "inception.py"),
    "lpips": ("pretrained_networks.py", "lpips.py"),
    "spinningup": ("utils/mpi_tools.py", "utils/run_utils.py", "user_config.py"),
    "baselines": ("common/cmd_util.py", "common/tf_util.py", "common/vec_env/subproc_vec_env.py", "bench/monitor.py"),
    "jquery": ("jquery.js",),
    "bootstrap": ("bootstrap.js",),
    "mathjax": ("mathjax.js",),
    "googletest": ("gtest/gtest.h",),
    "gtest": ("gtest.h",),
    "eigen": ("src/core/matrix.h",),
    "eigen3": ("src/core/matrix.h",),
    "pybind11": ("pybind11.h",),
    "cub": ("cub.cuh",),
    "cutlass": ("cutlass.h",),
    "catch2": ("catch.hpp",),
}  # fmt: skip


def package_copies(paths: Iterable[str]) -> dict[str, str]:
    """Folders, in lower case, that hold a known package by its own files, each with the package's name."""
    held: dict[tuple[str, str], set[str]] = {}
    for path in paths:
        steps = path.lower().split("/")
        for depth, step in enumerate(steps[:-1]):
            for own in _OWN_FILES.get(step, ()):
                if ("/" + "/".join(steps[depth:])).endswith("/" + own):
                    held.setdefault(("/".join(steps[: depth + 1]), step), set()).add(own)
    return {
        folder: name
        for (folder, name), files in held.items()
        if len(files) >= min(_ENOUGH, len(_OWN_FILES[name]))
    }
