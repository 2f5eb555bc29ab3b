package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageAddressTest {
    private static int fits(String known, String shown) {
        return PageAddress.of(known).fits(PageAddress.of(shown));
    }

    @ParameterizedTest
    @CsvSource({
        "/login, http://host/login",
        "/login, http://host/login/?next=%2Flist#top",
        "/login, http://host/login;jsessionid=1A2B?x=1",
        "/index.php?do=login, http://host/index.php?back=list&do=login",
        "/#/login, http://host/#/login",
        "/#/login, http://host/#/login?next=list",
        "/list?q={reference}, http://host/list?q=1%2F2026",
        "/case/{id}/edit, http://host/case/12/edit",
        "//host:8443/login, https://host:8443/login"
    })
    void anAddressFitsWhatItSaysNothingAbout(String known, String shown) {
        assertThat(fits(known, shown)).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "/login, http://host/loginx",
        "/login, http://host/app/login",
        "/index.php?do=login, http://host/index.php",
        "/index.php?do=login, http://host/index.php?do=home",
        "/#/login, http://host/",
        "/#/login, http://host/#/home",
        "/list?q={reference}, http://host/list?other=1",
        "//sso.example/login, http://host/login"
    })
    void anotherParameterFragmentOrHostIsAnotherPage(String known, String shown) {
        assertThat(fits(known, shown)).isZero();
    }

    @Test
    void whatSaysMoreFitsMore() {
        assertThat(fits("/?do=home", "http://host/?do=home")).isGreaterThan(fits("/", "http://host/?do=home"));
        assertThat(fits("/#/home", "http://host/#/home")).isGreaterThan(fits("/", "http://host/#/home"));
    }

    @Test
    void whatIsShownHoldsNoParameters() {
        assertThat(PageAddress.of("http://host/app/list?token=1#/rows?key=2").shown())
                .isEqualTo("/app/list#/rows");
        assertThat(PageAddress.of("http://host/done#access_token=1").shown()).isEqualTo("/done");
        assertThat(PageAddress.of("http://host").shown()).isEqualTo("/");
    }
}
