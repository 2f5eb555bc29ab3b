"""A worker as another program has it: it knows the table's first columns and nothing of Brain.

Usage: python_worker.py FILE TASKS PATIENCE. Ends that many tasks, waiting for the file's lock for so many seconds at
the most. Prints one line of JSON at the end: what it did, and every call that failed.
"""
import json
import sqlite3
import sys
import time

path, tasks, patience = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
report = {"completed": [], "failed": [], "errors": []}


def call(statements):
    """One call of the deployed worker: its own connection, some patience (there five seconds), one transaction."""
    try:
        connection = sqlite3.connect(path, timeout=patience)
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


while len(report["completed"]) + len(report["failed"]) + len(report["errors"]) < tasks:
    row = call(take)
    if row is None:
        time.sleep(0.05)
        continue
    resource = json.loads(row[3])["idRecurso"]
    if type(resource) is not int:
        report["errors"].append("idRecurso is %r" % (resource,))
    status = "failed" if len(report["completed"]) == 5 and not report["failed"] else "completed"
    error = "Traceback (most recent call last):\n  ...\nTimeoutError: the form" if status == "failed" else None
    if end(row[0], status, json.dumps({"by": "python"}), error):
        report[status].append(row[0])
print(json.dumps(report))
