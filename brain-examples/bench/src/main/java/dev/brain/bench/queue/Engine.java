package dev.brain.bench.queue;

/** The database that all contenders use. */
enum Engine {
    SQLITE,
    POSTGRESQL
}
