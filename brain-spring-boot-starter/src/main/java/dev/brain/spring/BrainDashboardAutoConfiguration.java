package dev.brain.spring;

import dev.brain.Brain;
import dev.brain.config.Environment;
import dev.brain.dashboard.Dashboard;
import dev.brain.dashboard.DashboardServlet;
import dev.brain.dashboard.access.Access;
import dev.brain.dashboard.access.PasswordFile;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.Store;
import jakarta.servlet.Servlet;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/** Serves the dashboard under a path of the application's web server. Starts neither claiming nor working. */
@AutoConfiguration(after = BrainAutoConfiguration.class)
@ConditionalOnClass({Dashboard.class, Servlet.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty("brain.dashboard.enabled")
@ConditionalOnBean(BrainParts.class)
final class BrainDashboardAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    Dashboard brainDashboard(
            Store store,
            BrainParts parts,
            ObjectProvider<Brain> brain,
            ObjectProvider<Access> access,
            @Value("${server.forward-headers-strategy:none}") String forwardedHeaders) {
        BrainProperties.Pages pages = parts.properties().dashboard();
        Access users = access(access.getIfAvailable(), pages);
        if (users.isForEverybody() && !forwardedHeaders.equalsIgnoreCase("none")) {
            throw new ConfigurationException("with server.forward-headers-strategy, anybody can pass for a user of this"
                    + " machine: give the dashboard users (brain.dashboard.password-file, or an Access bean)");
        }
        Dashboard.Builder builder = Dashboard.builder()
                .store(store)
                .access(users)
                .operating(pages.operating())
                .behindProxy(pages.behindProxy())
                .evidence(evidence(parts.environment()));
        pages.hosts().forEach(builder::host);
        if (parts.hasSource()) {
            builder.brain(brain.getObject().operations());
        }
        return builder.build();
    }

    @Bean
    ServletRegistrationBean<DashboardServlet> brainDashboardServlet(Dashboard dashboard, BrainParts parts) {
        String path = parts.properties().dashboard().path();
        if (!path.startsWith("/") || path.endsWith("/")) {
            throw new ConfigurationException(
                    "brain.dashboard.path must begin with a slash and not end with one, not '" + path + "'");
        }
        ServletRegistrationBean<DashboardServlet> servlet =
                new ServletRegistrationBean<>(new DashboardServlet(dashboard), path + "/*");
        servlet.setName("brainDashboard");
        servlet.setAsyncSupported(true);
        return servlet;
    }

    private static Access access(@Nullable Access own, BrainProperties.Pages pages) {
        if (own != null && pages.passwordFile() != null) {
            throw new ConfigurationException(
                    "there are an Access bean and brain.dashboard.password-file: use one of the two");
        }
        return own != null
                ? own
                : pages.passwordFile() != null ? PasswordFile.open(pages.passwordFile()) : Access.local();
    }

    private static Path evidence(Environment environment) {
        return Path.of(environment.get("BRAIN_HOME").orElse("")).resolve("evidence");
    }
}
