package dev.brain.launcher;

import ch.qos.logback.core.rolling.RollingFileAppender;
import dev.brain.internal.file.FileAccess;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Logback's rolling file, created with restricted permissions; {@code logback.xml} names it.
 *
 * @param <E> an event
 */
public final class OwnerFileAppender<E> extends RollingFileAppender<E> {
    private FileAccess access = FileAccess.OWNER;

    /** Sets who may read new files, by the name of a {@link FileAccess}. */
    public void setAccess(String name) {
        access = FileAccess.valueOf(name);
    }

    @Override
    public void openFile(String name) throws IOException {
        Path file = Path.of(name).toAbsolutePath();
        Path folder = file.getParent();
        if (folder != null) {
            access.createFolder(folder);
        }
        access.createFile(file);
        super.openFile(name);
    }
}
