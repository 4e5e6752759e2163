#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An HTTP/2 server on loopback that answers, or fails, as the path says.

Prints its port, serves until its standard input ends. What it was asked is counted by path; GET /counts tells.
"""

import json
import socket
import ssl
import sys
import threading

import h2.config
import h2.connection
import h2.errors
import h2.events

counts = {}
counting = threading.Lock()


class Answers:
    """What is still to be sent, as the client's windows permit."""

    def __init__(self, connection):
        self.connection = connection
        self.bodies = {}

    def begin(self, stream, body, status=200):
        self.connection.send_headers(stream, [(":status", str(status)), ("content-length", str(len(body)))])
        self.bodies[stream] = body

    def go_on(self):
        for stream, body in list(self.bodies.items()):
            while True:
                window = self.connection.local_flow_control_window(stream)
                part = body[: min(window, self.connection.max_outbound_frame_size)]
                body = body[len(part) :]
                if not body:
                    self.connection.send_data(stream, part, end_stream=True)
                    del self.bodies[stream]
                    break
                if not part:
                    self.bodies[stream] = body
                    break
                self.connection.send_data(stream, part)


def serve_request(connection, answers, stream, path, body):
    """Answers a request that is there in full. False when the connection is to be closed without a word."""
    with counting:
        if path != "/counts":
            counts[path] = counts.get(path, 0) + 1
        counted = json.dumps(counts).encode()
    if path == "/cut":
        return False
    if path == "/refuse":
        connection.reset_stream(stream, h2.errors.ErrorCodes.REFUSED_STREAM)
    elif path == "/goaway":
        connection.close_connection(last_stream_id=0)
    elif path == "/counts":
        answers.begin(stream, counted)
    elif path == "/busy":
        answers.begin(stream, b"later", status=503)
    else:
        answers.begin(stream, body)
    return True


def serve(raw, context):
    try:
        with context.wrap_socket(raw, server_side=True) as wire:
            connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
            connection.initiate_connection()
            wire.sendall(connection.data_to_send())
            answers = Answers(connection)
            requests = {}
            while data := wire.recv(65536):
                for event in connection.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        requests[event.stream_id] = (dict(event.headers)[b":path"].decode(), bytearray())
                    elif isinstance(event, h2.events.DataReceived):
                        requests[event.stream_id][1].extend(event.data)
                        connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, h2.events.StreamEnded):
                        path, body = requests.pop(event.stream_id)
                        if not serve_request(connection, answers, event.stream_id, path, bytes(body)):
                            return
                answers.go_on()
                wire.sendall(connection.data_to_send())
    except (OSError, h2.exceptions.ProtocolError):
        pass  # A client that goes away.


def main():
    certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def accept():
        while True:
            raw, _ = listener.accept()
            threading.Thread(target=serve, args=(raw, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


main()
