"""RedPlane's control plane for a Tofino: what the data plane leaves to the switch's CPU.

From the outside in:

- `run`: the loop: frames from the chip, ageing, evacuation, signals.
- `start`: what is written into the chip before packets flow.
- `flows`: which flow has which slot; insertion, reuse, ageing, give-up.
- `chip`: tables and registers, over the BfRt gRPC client as published.
- `frames`: what the CPU and the chip say to each other, byte by byte.
- `manifest`: what `redplane gen p4` says of the program. `config`: what the operator says of the deployment.
- `boot`: the switch's boot number. `errors`: what a person gets to read when something is wrong.

Only `chip.connect` imports the client; everything else runs, and is tested, without it.
"""
