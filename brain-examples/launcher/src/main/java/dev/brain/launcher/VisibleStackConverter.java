package dev.brain.launcher;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import dev.brain.internal.text.VisibleText;

/** The stack of an error, with control characters in its messages escaped; {@code logback.xml} names it. */
public final class VisibleStackConverter extends ThrowableProxyConverter {
    @Override
    protected String throwableProxyToString(IThrowableProxy error) {
        return VisibleText.ofLines(super.throwableProxyToString(error));
    }
}
