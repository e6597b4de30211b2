"""Names that tables of measurements give accelerators."""

from __future__ import annotations

import pytest

from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.hardware import load_accelerator
from costmodel.errors import UnknownName
from costmodel.specs.catalog import Catalog

SAME = {
    "RTX-PRO-6000-BSE": "nvidia/rtx-pro-6000-server",
    "RTX PRO 6000 Blackwell Server Edition": "nvidia/rtx-pro-6000-server",
    "GH200-480GB": "nvidia/gh200-96gb",
    "NVIDIA GH200 Grace Hopper Superchip 144GB": "nvidia/gh200-144gb",
    "TPU7x-Ironwood": "google/tpu-v7",
    "TPU v5p-8": "google/tpu-v5p",
    "h100_sxm": "nvidia/h100-sxm5-80gb",
    "H200-SXM-141GB-1000W-CTS": "nvidia/h200-sxm5-141gb-1000w",
    "AMD Instinct MI300X-NPS1-SPX-192GB-750W": "amd/mi300x",
    "NVIDIA H200 NVL": "nvidia/h200-nvl-141gb",
    "NVIDIA H20": "nvidia/h20-sxm-96gb",
    "A100 80GB": "nvidia/a100-sxm4-80gb",
    "NVIDIA GH200 144G HBM3e": "nvidia/gh200-144gb",
    "NVIDIA GB300-279GB_aarch64": "nvidia/gb300",
    "8xB200": "nvidia/b200",
    "v5e-8": "google/tpu-v5e",
    "Google TPU 7x": "google/tpu-v7",
    "Trainium-2": "aws/trainium2",
    "NVIDIA A10G": "nvidia/a10g",
    "H20-3e": "nvidia/h20-sxm-141gb",
    "NVIDIA RTX PRO 6000 Blackwell Workstation Edition": "nvidia/rtx-pro-6000-workstation",
    "RTX 6000 Ada Generation": "nvidia/rtx-6000-ada",
    "VR200 NVL72": "nvidia/rubin",
    "NVIDIA Jetson AGX Thor": "nvidia/jetson-t5000",
}


@pytest.fixture(scope="module")
def accelerators() -> Accelerators:
    """Return the shipped accelerators."""
    return Accelerators(Catalog())


@pytest.mark.parametrize(("name", "meant"), SAME.items())
def test_editions_and_memory_of_the_host_are_no_new_chip(accelerators: Accelerators, name: str, meant: str) -> None:
    """Form factor, edition, power and what a chip is sold with do not hide which chip it is."""
    assert accelerators.find(name).id == meant


OTHERS = ("GH200-64GB-HBM9", "A10H", "abacus_9000", "h1000", "A100-SXM-64GB", "H20-128GB", "H100-SXM-94GB", "H800-PCIe")
EDITIONS = ("RTX PRO 6000 Laptop", "RTX 4090 D", "RTX 3090 Ti", "Groq 3 LPU", "Groq 3", "LPU v2", "NVIDIA", "--")


@pytest.mark.parametrize("name", [*OTHERS, *EDITIONS])
def test_another_memory_letter_version_or_edition_is_another_chip(accelerators: Accelerators, name: str) -> None:
    """What may be another chip is not taken for a known one."""
    with pytest.raises(UnknownName):
        accelerators.find(name)


def test_every_accelerator_states_what_attention_computes_in(catalog: Catalog) -> None:
    """A chip of which only narrow types are announced says what 16 bits take: without it no model could be served."""
    chips = (load_accelerator(catalog, id_) for id_ in catalog.ids("accelerator"))
    assert [one.id for one in chips if not {"bf16", "fp16"} & set(one.peak)] == []
