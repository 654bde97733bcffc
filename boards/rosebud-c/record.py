#!/usr/bin/env python3
"""Puts fresh answers of a real store into frames.txt, for when the wire format or the story has changed.

    make record REDPLANE=path/to/redplane RP_LIB=... RP_INCLUDE=...; make bless RP_LIB=... RP_INCLUDE=...

The frames in frames.txt that come from the store's UDP port stand for answers. The firmware is run up to each group of
them, what it sent to the store goes to a `redplane store` on this machine, and its answers take the group's place:
as many as there were, so to add one to the story, repeat a line. Arguments: the store's program, then the command
that runs the firmware, which takes the script's name as RECORD_SCRIPT and the output's as RECORD_SENT.
"""

import os
import re
import socket
import struct
import subprocess
import sys
import tempfile

STORE_PORT = 8000  # in the frames
LISTEN = ("127.0.0.1", 18000)  # on this machine
HEADERS = 14 + 20 + 8


def is_udp(frame, port_at):
    """Whether a frame is UDP over IPv4, with the store's port at this place of the UDP header."""
    return len(frame) >= HEADERS and frame[12:14] == b"\x08\x00" and frame[23] == 17 and struct.unpack_from(
        ">H", frame, 34 + port_at)[0] == STORE_PORT


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def answer_frame(request, payload):
    """The frame in which the store's `payload` comes back to who sent `request`."""
    length = 8 + len(payload)
    addresses = request[30:34] + request[26:30]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, 64, 17, 0) + addresses
    ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
    udp = request[36:38] + request[34:36] + struct.pack(">HH", length, 0) + payload
    sum_ = checksum(addresses + struct.pack(">HH", 17, length) + udp) or 0xFFFF
    udp = udp[:6] + struct.pack(">H", sum_) + udp[8:]
    return request[6:12] + request[0:6] + b"\x08\x00" + ip + udp


def run_firmware(command, script):
    """The frames to the store that the firmware sends, when it is played these lines."""
    with tempfile.TemporaryDirectory() as folder:
        names = {"RECORD_SCRIPT": f"{folder}/script", "RECORD_SENT": f"{folder}/sent"}
        with open(names["RECORD_SCRIPT"], "w") as file:
            file.writelines(script)
        subprocess.run(command, shell=True, check=True, env=os.environ | names, stdin=subprocess.DEVNULL)
        with open(names["RECORD_SENT"]) as file:
            sent = [bytes.fromhex(m[1]) for m in (re.match(r"send \d+ (\w+)", line) for line in file) if m]
    return [frame for frame in sent if is_udp(frame, 2)]


def ask_store(requests, count):
    """Sends all requests and gives this many answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.settimeout(3)
        for request in requests:
            link.sendto(request[HEADERS:], LISTEN)
        return [link.recv(9216) for _ in range(count)]


def main():
    program, command = sys.argv[1:]
    with open("frames.txt") as file:
        old = file.readlines()
    store = subprocess.Popen([program, "store", "--listen", "%s:%d" % LISTEN, "--app", "nat"], stdout=subprocess.PIPE)
    try:
        store.stdout.readline()  # it listens
        new, answered, at = [], 0, 0
        while at < len(old):
            count = 0
            while at + count < len(old) and (m := re.match(r"frame 1 (\w+)$", old[at + count])) \
                    and is_udp(bytes.fromhex(m[1]), 0):
                count += 1
            if count == 0:
                new.append(old[at])
                at += 1
                continue
            requests = run_firmware(command, new)
            fresh = requests[answered:]
            answered = len(requests)
            answers = ask_store(fresh, count)
            new += [f"frame 1 {answer_frame(requests[-1], payload).hex()}\n" for payload in answers]
            at += count
    finally:
        store.terminate()
        store.wait()
    with open("frames.txt", "w") as file:
        file.writelines(new)


main()
