"""ministack as a process of its own, over TLS, with the roles of functions enforced."""

import os
import signal
import socket
import subprocess
import sys
import time

import boto3

ACCOUNT = "000000000000"
REGION = "us-east-1"
# What acts without a policy of its own: the account's root.
ROOT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

# With TLS it would take port 443 too, if it is free.
START = """
import ministack.app as app
free = app._port_is_bindable
app._port_is_bindable = lambda host, port: port != 443 and free(host, port)
app.main()
"""


class Emulator:
    """Starts on a free port of 127.0.0.1; `stop` ends it and all that it started. Its files are in `folder`."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate = os.path.join(folder, "client.pem")
        subprocess.run([sys.executable, "-m", "trustme", "-q", "-d", folder, "-i", "127.0.0.1", "localhost"], check=True)
        self.port = free_port()
        self.endpoint = f"https://127.0.0.1:{self.port}"
        temporary = os.path.join(folder, "tmp")
        os.mkdir(temporary)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLUICE_"))}
        environment |= {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "LOG_LEVEL": "INFO",
            "TMPDIR": temporary,
            "STATE_DIR": os.path.join(folder, "state"),
            "S3_DATA_DIR": os.path.join(folder, "s3"),
            # The bucket's policy refuses what is not TLS, as on AWS.
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": os.path.join(folder, "server.pem"),
            "MINISTACK_SSL_KEY": os.path.join(folder, "server.key"),
            "NODE_EXTRA_CA_CERTS": self.certificate,
            "AWS_CA_BUNDLE": self.certificate,
        }
        self.log = open(os.path.join(folder, "emulator.log"), "w+")
        self.process = subprocess.Popen(
            [sys.executable, "-c", START], env=environment, stdout=self.log, stderr=self.log, start_new_session=True)
        os.environ["AWS_CA_BUNDLE"] = self.certificate
        self._wait()

    def _wait(self):
        end = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < end:
            with socket.socket() as asking:
                if asking.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.2)
        self.stop()
        raise RuntimeError(f"ministack did not start:\n{self.said()}")

    def client(self, service):
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name=REGION,
            aws_access_key_id=ROOT["AWS_ACCESS_KEY_ID"], aws_secret_access_key=ROOT["AWS_SECRET_ACCESS_KEY"])

    def environment(self):
        """For programs that are to call the emulator as the account's root."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        region = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
        return own | ROOT | nowhere | region | {
            "AWS_ENDPOINT_URL": self.endpoint, "AWS_CA_BUNDLE": self.certificate, "SAM_CLI_TELEMETRY": "0"}

    def said(self):
        self.log.flush()
        with open(self.log.name) as log:
            return log.read()[-4000:]

    def stop(self):
        """Ends the process and those of its functions: they are in a group of their own."""
        for ending in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, ending)
            except ProcessLookupError:
                break
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                pass
        self.log.close()


def free_port():
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]
