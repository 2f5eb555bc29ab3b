"""A worker as another program has it: it knows the table's first columns and nothing of Brain.

Usage: python_worker.py FILE SECONDS. Prints one line of JSON at the end: what it did, and every call that failed.
"""
import json
import sqlite3
import sys
import time

path, seconds = sys.argv[1], float(sys.argv[2])
report = {"completed": [], "failed": [], "errors": [], "calls": 0, "slowest": 0.0}


def call(statements):
    """One call of the deployed worker: its own connection, five seconds of patience, one transaction."""
    started = time.monotonic()
    report["calls"] += 1
    try:
        connection = sqlite3.connect(path, timeout=5.0)
        try:
            connection.execute("BEGIN IMMEDIATE")
            result = statements(connection)
            connection.commit()
            return result
        finally:
            connection.close()
    except sqlite3.Error as error:
        report["errors"].append(f"{type(error).__name__}: {error}")
        return None
    finally:
        report["slowest"] = max(report["slowest"], time.monotonic() - started)


def take(connection):
    row = connection.execute(
        "SELECT id, site_id, protocol, payload FROM tramite_queue"
        " WHERE status = 'pending' ORDER BY created_at LIMIT 1"
    ).fetchone()
    if row is not None:
        connection.execute(
            "UPDATE tramite_queue SET status = 'processing', processed_at = CURRENT_TIMESTAMP WHERE id = ?", (row[0],)
        )
    return row


def end(task, status, result, error):
    def update(connection):
        connection.execute(
            "UPDATE tramite_queue SET status = ?, processed_at = CURRENT_TIMESTAMP, result = ?, error_log = ?,"
            " screenshot_path = ? WHERE id = ?",
            (status, result, error, "shots/%d.png" % task, task),
        )
        return True

    return call(update)


until = time.monotonic() + seconds
while time.monotonic() < until:
    row = call(take)
    if row is None:
        time.sleep(0.05)
        continue
    resource = json.loads(row[3])["idRecurso"]
    if type(resource) is not int:
        report["errors"].append("idRecurso is %r" % (resource,))
    status = "failed" if row[0] % 10 == 0 else "completed"
    error = "Traceback (most recent call last):\n  ...\nTimeoutError: the form" if status == "failed" else None
    if end(row[0], status, json.dumps({"by": "python"}), error):
        report[status].append(row[0])
print(json.dumps(report))
