package dev.brain.sqlite;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that several processes share through a file, and that stands until one of them moves it. Thread-safe. */
final class FileClock extends Clock {
    private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    private final MappedByteBuffer millis;

    private FileClock(MappedByteBuffer millis) {
        this.millis = millis;
    }

    /** The clock beside a queue's file. */
    static FileClock beside(Path queue) throws IOException {
        try (FileChannel file = FileChannel.open(
                Path.of(queue + ".clock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            return new FileClock(file.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES));
        }
    }

    synchronized void advance(Duration by) {
        millis.putLong(0, millis.getLong(0) + by.toMillis());
    }

    @Override
    public synchronized Instant instant() {
        return START.plusMillis(millis.getLong(0));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
    }
}
