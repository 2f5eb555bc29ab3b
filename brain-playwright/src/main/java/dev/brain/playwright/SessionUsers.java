package dev.brain.playwright;

import dev.brain.internal.file.FileAccess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether other processes press in a stored session, whose messages the pages may then show to this one. Each process
 * that presses has an empty file beside the session and keeps it locked. Thread-safe.
 *
 * <p>The file stays when its process ends, because the last messages to that process may not have been shown yet. A process
 * that is about to open a list, which shows them, deletes the files of ended processes.
 */
final class SessionUsers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
    private static final String SUFFIX = ".user";

    /** The files of this Java process. Opening and closing such a file would release its lock. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final String name;
    private @Nullable Path file;
    private @Nullable FileChannel lock;

    SessionUsers(Path folder, String name) {
        this.folder = folder.toAbsolutePath();
        this.name = name;
    }

    /** Makes this process known, and forgets ended ones. Must be called before a list is opened. */
    synchronized void begin() {
        try {
            if (file == null || Files.notExists(file)) {
                close();
                announce();
            }
            for (Path other : others()) {
                if (hasEnded(other)) {
                    Files.deleteIfExists(other);
                }
            }
        } catch (IOException e) {
            LOG.debug("it is unknown which processes use the web session {}", name, e);
        }
    }

    /** Returns whether no other process has pressed since a list was opened; false if that is unknown. */
    synchronized boolean isAlone() {
        try {
            return file != null && Files.exists(file) && others().isEmpty();
        } catch (IOException e) {
            LOG.debug("it is unknown which processes use the web session {}", name, e);
            return false;
        }
    }

    private void announce() throws IOException {
        FileAccess.OWNER.createFolder(folder);
        // locked before others can see it
        Path fresh = Files.createTempFile(folder.toRealPath(), name + ".", ".part");
        FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE);
        Path own = Path.of(fresh.toString().replaceFirst("\\.part$", SUFFIX));
        try {
            if (channel.tryLock() == null) {
                throw new IOException(fresh + " can't be locked");
            }
            OWN.add(own);
            Files.move(fresh, own, StandardCopyOption.ATOMIC_MOVE);
            file = own;
            lock = channel;
        } catch (IOException e) {
            OWN.remove(own);
            channel.close();
            Files.deleteIfExists(fresh);
            throw e;
        }
    }

    private List<Path> others() throws IOException {
        List<Path> others = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.toRealPath(), name + ".*" + SUFFIX)) {
            files.forEach(others::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        others.remove(file);
        return others;
    }

    private static boolean hasEnded(Path other) throws IOException {
        if (OWN.contains(other)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(other, StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (NoSuchFileException e) {
            // another process has deleted it
            return false;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (lock != null) {
            lock.close();
            OWN.remove(file);
            lock = null;
            file = null;
        }
    }
}
