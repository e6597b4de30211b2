"""Small valid spec files that tests change one thing in."""

from __future__ import annotations

ACCELERATOR = """\
name = "Test chip"
maker = "Acme"
family = "test"
power = { value = "700 W/accelerator", source = "acme" }

[peak]
bf16 = { value = "989 TFLOP/s", source = "acme" }

[memory]
capacity = { value = "80 GB", source = "acme" }
bandwidth = { value = "3.35 TB/s", source = "acme" }

[scale_up]
bandwidth_both_ways = { value = "900 GB/s", source = "acme" }
"""
SYSTEM = """\
name = "Test server"
accelerator = "acme/chip"
accelerators = { value = "8 accelerator/server", source = "acme" }
peak_power = { value = "10 kW/server", source = "acme" }
idle_power = { value = "3 kW/server", source = "acme" }
"""
PURCHASE = """\
name = "Buy test servers"
system = "acme/server"
lifetime = { value = "5 year", source = "acme" }
maintenance = { value = "4 percent/year", source = "acme" }

[[price]]
value = "270 kUSD/server"
range = ["250 kUSD/server", "330 kUSD/server"]
as_of = 2023-05-29
source = "acme"
"""
SOURCES = """\
[acme]
title = "Data sheet"
publisher = "Acme"
url = "https://acme.example"
"""
FILES = {
    "accelerators/acme/chip.toml": ACCELERATOR,
    "systems/acme/server.toml": SYSTEM,
    "offers/purchase/test.toml": PURCHASE,
    "sources.toml": SOURCES,
}
