package dev.brain.sqlite;

/** The two tables as the programs before this one made them. */
final class Seed {
    /** The queue before it had a result and attachments. */
    static final String OLD_QUEUE = """
            CREATE TABLE tramite_queue (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                site_id TEXT NOT NULL,
                protocol TEXT,
                payload JSON NOT NULL,
                status TEXT DEFAULT 'pending',
                attempts INTEGER DEFAULT 0,
                screenshot_path TEXT,
                error_log TEXT,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                processed_at TIMESTAMP
            )""";

    static final String QUEUE = OLD_QUEUE.substring(0, OLD_QUEUE.length() - 2)
            + ", result JSON, attachments_count INTEGER DEFAULT 0, attachments_metadata JSON)";

    static final String SITES = """
            CREATE TABLE organismo_config (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                site_id TEXT NOT NULL UNIQUE,
                query_organisme TEXT NOT NULL,
                filtro_texp TEXT NOT NULL,
                regex_expediente TEXT NOT NULL,
                url_template TEXT,
                bot_username TEXT NOT NULL DEFAULT 'BOT_MULTIVIA',
                active INTEGER DEFAULT 1,
                last_sync_at TIMESTAMP,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
            )""";

    private Seed() {}
}
