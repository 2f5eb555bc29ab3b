package dev.brain.examples.launcher;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.brain.text.VisibleText;

/** A log message in one line that data can't break or forge; {@code logback.xml} names it. */
public final class VisibleMessageConverter extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
        return VisibleText.of(String.valueOf(super.convert(event)));
    }
}
