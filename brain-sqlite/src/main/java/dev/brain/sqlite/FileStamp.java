package dev.brain.sqlite;

import dev.brain.store.Sql;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a queue's file has come, as the file beside it says.
 *
 * <p>It is the number of the last change in the history, which only grows. It is read from the file after a commit and then
 * written beside it, so it is never above that of the file itself, whatever process dies, and whoever may not write it. A file
 * whose number is lower is an earlier copy that was put in place by hand.
 *
 * @param queue when the first change of the history was made, which tells this queue from another at the same place
 * @param changes the number of the last change
 */
record FileStamp(long queue, long changes) {
    private static final Logger LOG = LoggerFactory.getLogger(FileStamp.class);
    private static final String SUFFIX = "-stamp";
    private static final Pattern LINE = Pattern.compile("(brain-stamp (\\d{19}) (\\d{19})) ([0-9a-f]{8})\n");

    /** Returns the file beside a queue's file. */
    static Path beside(Path file) {
        return SideFiles.of(file, SUFFIX);
    }

    /** Returns what the file beside a queue's file says; empty if there is none or it can't be understood. */
    static Optional<FileStamp> read(Path file) {
        Path stamp = beside(file);
        try {
            Matcher line = LINE.matcher(Files.readString(stamp, StandardCharsets.US_ASCII));
            return line.matches() && line.group(4).equals(check(line.group(1)))
                    ? Optional.of(new FileStamp(Long.parseLong(line.group(2)), Long.parseLong(line.group(3))))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn(
                    "{} can't be read ({}), so an earlier copy of the queue's file would not be noticed",
                    stamp,
                    e.toString());
            return Optional.empty();
        }
    }

    /** Returns how far the queue of a connection has come; empty if it has no history yet. */
    static Optional<FileStamp> of(Sql sql) throws SQLException {
        return sql.first("""
                        SELECT (SELECT recorded_at FROM brain_history ORDER BY id LIMIT 1) AS queue, seq
                        FROM sqlite_sequence WHERE name = 'brain_history'""", row -> new FileStamp(row.number("queue"), row.number("seq")))
                .filter(stamp -> stamp.queue > 0);
    }

    /** Returns how many changes of this stamp the queue of a connection lacks; 0 if none, or if it is another queue. */
    long missing(Sql sql) throws SQLException {
        return of(sql).filter(this::isOf)
                .map(present -> Math.max(0, changes - present.changes))
                .orElse(0L);
    }

    /** Returns whether it is about the same queue. */
    boolean isOf(FileStamp other) {
        return queue == other.queue;
    }

    /**
     * Writes the file beside a queue's file, in place and in one go, without waiting for the disk. If that is not possible, the
     * earlier stamp stays, which is only lower.
     */
    void write(StoreFile file) {
        Path stamp = beside(file.path());
        String text = String.format(Locale.ROOT, "brain-stamp %019d %019d", queue, changes);
        ByteBuffer line = StandardCharsets.US_ASCII.encode(text + " " + check(text) + "\n");
        try {
            if (!Files.exists(stamp)) {
                file.access().createFile(stamp);
                UserPrincipal owner = Files.getOwner(file.path());
                if (!owner.equals(Files.getOwner(stamp))) {
                    // an administrator may open the queue before the service does
                    Files.setOwner(stamp, owner);
                }
            }
            try (FileChannel channel = FileChannel.open(stamp, StandardOpenOption.WRITE)) {
                channel.write(line, 0);
            }
        } catch (IOException e) {
            LOG.debug("{} can't be written", stamp, e);
        }
    }

    private static String check(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
