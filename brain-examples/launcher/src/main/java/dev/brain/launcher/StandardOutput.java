package dev.brain.launcher;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** Remembers why standard output could not be written, which a {@code PrintWriter} swallows. */
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

    /** Returns the given exit status if everything could be written, else that of a failure. */
    int status(int status, PrintWriter err) {
        IOException e = failure;
        if (e == null) {
            return status;
        }
        if (!isClosedPipe(e)) {
            ErrorLine.print(
                    err,
                    "standard output can't be written (" + e.getMessage()
                            + "); the command was run nevertheless; send its output elsewhere to see it");
        }
        return Math.max(status, BrainCommand.FAILED);
    }

    /** Returns whether the reader has closed the pipe, as {@code head} does. This is not reported. */
    private static boolean isClosedPipe(IOException e) {
        return "Broken pipe".equals(e.getMessage());
    }
}
