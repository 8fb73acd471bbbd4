package dev.glis.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.glis.base.Limits;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A database that can be connected to. Its text never shows the password. */
final class Endpoint {
    private static final long IDLE_MS = 60_000;
    private static final int VALIDATION_MS = 2_000;

    /** Held, because loggers that nobody holds forget their level. */
    private static final Logger POOL_LOG = Logger.getLogger("com.zaxxer.hikari");

    static {
        // Its start and stop are no news; that connections broke is said by who used them.
        POOL_LOG.setLevel(Level.SEVERE);
    }

    private final String url;
    private final Properties properties;

    private Endpoint(String url, Properties properties) {
        this.url = url;
        this.properties = properties;
        properties.setProperty("ApplicationName", "glis");
        properties.setProperty(
                "options",
                "-c statement_timeout="
                        + Limits.STORE_STATEMENT_MS.value()
                        + " -c idle_in_transaction_session_timeout="
                        + Limits.STORE_IDLE_IN_TRANSACTION_MS.value());
    }

    /** A database of the embedded server, over its unix socket. */
    static Endpoint socket(Path socket, String database) {
        var properties = new Properties();
        properties.setProperty("user", EmbeddedPostgres.USER);
        properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
        properties.setProperty("socketFactoryArg", socket.toString());
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        return new Endpoint("jdbc:postgresql://localhost/" + database, properties);
    }

    /** A given server; what its address does not say gets limits. */
    static Endpoint of(PostgresAddress address) {
        var properties = new Properties();
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "60");
        properties.putAll(address.properties());
        return new Endpoint(address.jdbcUrl(), properties);
    }

    /** One connection outside of any pool, in auto-commit mode. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, properties);
    }

    /** A pool that opens connections when they are needed. */
    HikariDataSource pool() {
        var config = new HikariConfig();
        config.setPoolName("glis-store");
        config.setJdbcUrl(url);
        config.setDataSourceProperties(properties);
        config.setAutoCommit(false);
        config.setMaximumPoolSize(Limits.STORE_CONNECTIONS.intValue());
        config.setMinimumIdle(1);
        config.setIdleTimeout(IDLE_MS);
        config.setConnectionTimeout(Limits.STORE_WAIT_MS.value());
        config.setValidationTimeout(VALIDATION_MS);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    @Override
    public String toString() {
        return url;
    }
}
