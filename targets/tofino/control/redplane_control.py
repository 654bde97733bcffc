#!/usr/bin/env python3
"""Brings a Tofino up as a RedPlane switch, and keeps its flow table.

    redplane_control.py OUT config.json            # start: a new life of the switch; runs until SIGTERM
    redplane_control.py OUT config.json --check    # reads both files, says what is wrong, touches no chip

OUT is the folder that `redplane gen p4` has written, with `manifest.json` in it. SIGUSR1 hands all flows back to the store (a
planned evacuation), SIGUSR2 prints the counters.
"""

import argparse
import logging
import sys

from redplane_switch import boot, chip, config, flows, manifest, run, start
from redplane_switch.errors import ControlError


def main(arguments=None) -> int:
    """Runs; 0 if all went well, 1 with a sentence on stderr if not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="OUT", help="what `redplane gen p4` has written: the folder, or its manifest.json")
    parser.add_argument("config", help="the deployment: JSON, or TOML with Python 3.11")
    parser.add_argument("--check", action="store_true", help="only read the files")
    parser.add_argument("--sde", metavar="FOLDER", help="where the Tofino SDE is installed (default: $SDE_INSTALL)")
    parser.add_argument("--verbose", action="store_true", help="say more")
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.DEBUG if options.verbose else logging.INFO)
    try:
        serve(options)
    except ControlError as error:
        print("redplane_control: %s" % error, file=sys.stderr)
        return 1
    return 0


def serve(options: argparse.Namespace) -> None:
    """Reads, connects, brings up, runs."""
    program = manifest.load(options.program)
    deployment = config.load(options.config, program)
    rule = program.reuse_rule()
    if options.check:
        print("%s and %s fit together" % (options.program, options.config))
        return
    client = chip.import_client(options.sde)
    cpu = run.CpuPort(deployment.cpu_interface)
    connection, switch = chip.connect(client, deployment.address, deployment.client, deployment.device, deployment.pipe,
                                      program.p4_name)
    incarnation = boot.next_incarnation(deployment.boot_file)
    start.bring_up(switch, program, deployment, incarnation)
    table = flows.FlowTable(switch, program, rule, deployment.values(incarnation))
    control = run.Control(switch, program, table, cpu, run.TickClock(program.tick_nanos))
    run.obey_signals(control)
    try:
        control.run()
    finally:
        connection.tear_down_stream()


if __name__ == "__main__":
    sys.exit(main())
