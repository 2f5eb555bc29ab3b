package dev.brain.launcher;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.brain.internal.text.VisibleText;

/** A log message in one line, with control characters escaped; {@code logback.xml} names it. */
public final class VisibleMessageConverter extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
        return VisibleText.of(String.valueOf(super.convert(event)));
    }
}
