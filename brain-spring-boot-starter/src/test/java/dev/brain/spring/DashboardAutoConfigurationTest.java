package dev.brain.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.dashboard.Dashboard;
import dev.brain.dashboard.DashboardServlet;
import dev.brain.dashboard.access.Access;
import dev.brain.error.ConfigurationException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class DashboardAutoConfigurationTest {
    @TempDir
    private Path folder;

    /** Imports by name, as a Spring Boot application does. */
    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({BrainAutoConfiguration.class, BrainDashboardAutoConfiguration.class})
    static class Application {}

    private WebApplicationContextRunner application() {
        return new WebApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues(
                        "brain.queue.url=jdbc:sqlite:" + folder.resolve("queue.db"), "brain.dashboard.enabled=true");
    }

    @Test
    void servesThePagesToThisMachineOnlyAndStartsNothing() {
        application().withPropertyValues("brain.dashboard.path=/office/brain").run(context -> {
            assertThat(context).doesNotHaveBean(PartLifecycle.class);
            assertThat(context.getBeanFactory().containsSingleton("brain")).isFalse();
            ServletRegistrationBean<?> servlet = context.getBean(ServletRegistrationBean.class);
            assertThat(servlet.getUrlMappings()).containsExactly("/office/brain/*");
            assertThat(servlet.isAsyncSupported()).isTrue();
            MockHttpServletResponse local = answer(servlet, "127.0.0.1");
            assertThat(local.getStatus()).isEqualTo(200);
            assertThat(local.getContentAsString()).contains("href=\"/office/brain/sites\"");
            assertThat(answer(servlet, "192.0.2.7").getStatus()).isEqualTo(403);
        });
    }

    private static MockHttpServletResponse answer(ServletRegistrationBean<?> servlet, String client) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/office/brain/");
        request.setServletPath("/office/brain");
        request.setPathInfo("/");
        request.setServerName("localhost");
        request.addHeader("Host", "localhost");
        request.setRemoteAddr(client);
        MockHttpServletResponse response = new MockHttpServletResponse();
        DashboardServlet pages = (DashboardServlet) servlet.getServlet();
        pages.service(request, response);
        return response;
    }

    @Test
    void accessIsEitherABeanOrAFile() {
        application()
                .withBean(Access.class, () -> request -> Optional.empty())
                .run(context -> assertThat(context).hasSingleBean(Dashboard.class));
        application()
                .withBean(Access.class, () -> request -> Optional.empty())
                .withPropertyValues("brain.dashboard.password-file=users")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("use one of the two"));
    }

    @Test
    void forwardedHeadersNeedUsers() {
        application()
                .withPropertyValues("server.forward-headers-strategy=framework")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("brain.dashboard.password-file"));
        application()
                .withBean(Access.class, () -> request -> Optional.empty())
                .withPropertyValues("server.forward-headers-strategy=framework")
                .run(context -> assertThat(context).hasSingleBean(Dashboard.class));
    }

    @Test
    void pathMustBeOne() {
        application()
                .withPropertyValues("brain.dashboard.path=office/")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("brain.dashboard.path"));
    }

    @Test
    void isAbsentUnlessItIsEnabledInAWebApplicationThatHasIt() {
        application()
                .withPropertyValues("brain.dashboard.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("brainDashboard"));
        application()
                .withClassLoader(new FilteredClassLoader("dev.brain.dashboard"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("brainDashboard"));
        new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues(
                        "brain.queue.url=jdbc:sqlite:" + folder.resolve("queue.db"), "brain.dashboard.enabled=true")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("brainDashboard"));
    }
}
