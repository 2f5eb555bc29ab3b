package dev.brain.examples.demo;

import dev.brain.error.BrainException;
import dev.brain.internal.file.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the public bodies of the demo have received: a file with a line for each case. Thread-safe, also beside other
 * processes.
 */
final class Receipts {
    private final @Nullable Path file;

    /** Opens the receipts in a file; there are none if it is null. */
    Receipts(@Nullable Path file) {
        this.file = file;
    }

    boolean has(String receipt) {
        if (file == null || !Files.exists(file)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.anyMatch(receipt::equals);
        } catch (IOException e) {
            throw new BrainException("cannot read the receipts in " + file + " (" + e + ")", e);
        }
    }

    void add(String receipt) {
        if (file != null) {
            try {
                Files.write(FileAccess.OWNER.createFile(file), List.of(receipt), StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new BrainException("cannot write the receipt " + receipt + " to " + file + " (" + e + ")", e);
            }
        }
    }
}
