package dev.brain.launcher;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** Keeps why standard output couldn't be written: the writer that commands print on swallows that. */
final class StandardOutput extends FilterOutputStream {
    private volatile @Nullable IOException failure;

    StandardOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** The exit status of a command that would end with this one, if all it printed could be written. */
    int status(int status, PrintWriter err) {
        IOException e = failure;
        if (e == null) {
            return status;
        }
        if (!isClosedPipe(e)) {
            ErrorLine.print(
                    err,
                    "standard output can't be written (" + e.getMessage()
                            + "); the command was run all the same, send its output elsewhere to see it");
        }
        return Math.max(status, BrainCommand.FAILED);
    }

    /** Who reads no further, as head does, needs no telling. */
    private static boolean isClosedPipe(IOException e) {
        return "Broken pipe".equals(e.getMessage());
    }
}
