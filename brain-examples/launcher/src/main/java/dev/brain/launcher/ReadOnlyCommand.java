package dev.brain.launcher;

/** Marks a {@link QueueCommand} that changes nothing. It gets a private copy, so that it leaves no files beside the queue. */
interface ReadOnlyCommand {}
