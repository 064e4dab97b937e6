"""A real worker whose task never ends: told to stop, it ends nevertheless, and its children with it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import redis

from backend.config import PROJECT_ROOT, Settings
from backend.foundation.celery import broker_address
from backend.foundation.waiting import wait_until

WORKER = """
import os, time
import redis
from celery import Celery
from backend.foundation import stop_deadline

app = Celery(broker=os.environ["BROKER"])
app.conf.task_default_queue = "endless"
stop_deadline.StopDeadline.asked_seconds = 2.0
stop_deadline.install(app)

@app.task(name="never_ends")
def never_ends():
    redis.Redis.from_url(os.environ["NOTES"]).set("endless:child", os.getpid())
    while True:
        time.sleep(1)
"""


def stopping_worker(folder: Path, settings: Settings, notes: redis.Redis) -> "subprocess.Popen[bytes]":
    """A worker that was told to stop while its child is in a task without an end."""
    (folder / "endless.py").write_text(WORKER)
    broker = broker_address(settings)
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder}:{PROJECT_ROOT}",
        "BROKER": broker,
        "NOTES": str(settings.redis_url),
    }
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "endless", "worker", "--concurrency", "1"]
    worker = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle", "--loglevel", "ERROR"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    sender = [sys.executable, "-c", "import endless; endless.app.send_task('never_ends')"]
    subprocess.run(sender, cwd=folder, env=environment, check=True, timeout=60)
    assert wait_until(lambda: notes.get("endless:child") is not None, 60, 0.1)
    worker.send_signal(signal.SIGTERM)
    return worker


def test_a_worker_ends_though_its_task_does_not(tmp_path: Path, settings: Settings, redis_client: redis.Redis) -> None:
    worker = stopping_worker(tmp_path, settings, redis_client)
    family = [psutil.Process(worker.pid), psutil.Process(int(redis_client.get("endless:child") or 0))]
    try:
        assert worker.wait(timeout=60) == 1
        assert psutil.wait_procs(family, timeout=20)[1] == []
    finally:
        for process in family:
            if process.is_running():
                process.kill()
