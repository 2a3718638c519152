"""nginx answering 202 and doing nothing else: what the kernel's TCP and an HTTP parser cost on this machine."""

import http.client
import shutil
import subprocess
import time

from server import free_port

CONFIGURATION = """
worker_processes {workers};
worker_rlimit_nofile 65536;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 20000; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
    client_max_body_size 100m;
    client_body_buffer_size 1m;
    client_body_in_single_buffer on;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ default_type application/json; return 202 '{{"accepted":1,"duplicate":0,"quarantined":0}}'; }}
    }}
}}
"""


class Nginx:
    def __init__(self, folder, workers=1):
        program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
        if not program:
            raise RuntimeError("nginx is not installed (Debian: nginx-light)")
        self.port = free_port()
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, port=self.port, workers=workers))
        self.process = subprocess.Popen([program, "-p", str(folder), "-e", str(folder / "error.log"),
                                         "-c", str(configuration)], stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}/v1/acme/demo"
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
                connection.request("GET", "/")
                connection.getresponse().read()
                return
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise RuntimeError((folder / "error.log").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait()
