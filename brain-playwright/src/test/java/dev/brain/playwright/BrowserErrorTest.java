package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserErrorTest {
    @ParameterizedTest
    @CsvSource({
        "net::ERR_CERT_AUTHORITY_INVALID at https://127.0.0.1:8443/login, net::ERR_CERT_AUTHORITY_INVALID",
        "net::ERR_CONNECTION_REFUSED at http://bot:secret@127.0.0.1/list, net::ERR_CONNECTION_REFUSED",
        "Element is not attached to the DOM, Element is not attached to the DOM",
        "'Timeout 5000ms exceeded.', 'Timeout 5000ms exceeded.'"
    })
    void whatTheBrowserSaidIsToldWithoutTheAddressAndTheLog(String said, String told) {
        String written = "Error {\n  message='" + said
                + "\nCall log:\n  - fill(\"secret\")\n  name='Error\n  stack='Error: x\n}";

        assertThat(BrowserError.message(new PlaywrightException(written))).isEqualTo(told);
        assertThat(BrowserError.message(new TimeoutError(written))).isEqualTo(told);
    }

    @Test
    void aCauseTellsNoHeaders() {
        PlaywrightException failure = new PlaywrightException(
                "Error {\n  message='Timeout 60000ms exceeded.\nCall log:\n  -   cookie: sid=secret\n}");

        assertThat(BrowserError.cause(failure))
                .hasMessage("Timeout 60000ms exceeded.")
                .satisfies(cause -> assertThat(cause.getStackTrace()).isEqualTo(failure.getStackTrace()));
    }

    @Test
    void anyOtherMessageIsToldByItsFirstLine() {
        assertThat(BrowserError.message(new PlaywrightException("\nFailed to launch\nmore")))
                .isEqualTo("Failed to launch");
        assertThat(BrowserError.message(new IllegalStateException("x".repeat(300))))
                .hasSize(201);
    }
}
