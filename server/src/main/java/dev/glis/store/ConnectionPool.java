package dev.glis.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.glis.base.Limits;
import java.nio.file.Path;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Builds the pool of connections; connections are opened when they are needed. */
final class ConnectionPool {
    private static final long IDLE_MS = 60_000;

    /** Held, because loggers that nobody holds forget their level. */
    private static final Logger POOL_LOG = Logger.getLogger("com.zaxxer.hikari");

    static {
        // Its start and stop are no news; that connections broke is said by who used them.
        POOL_LOG.setLevel(Level.SEVERE);
    }

    private ConnectionPool() {}

    /** To the embedded server, over its unix socket. */
    static HikariDataSource toSocket(Path socket, String database) {
        var properties = new Properties();
        properties.setProperty("user", EmbeddedPostgres.USER);
        properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
        properties.setProperty("socketFactoryArg", socket.toString());
        properties.setProperty("sslmode", "disable");
        properties.setProperty("gssEncMode", "disable");
        return open("jdbc:postgresql://localhost/" + database, properties);
    }

    static HikariDataSource to(PostgresAddress address) {
        var properties = new Properties();
        properties.putAll(address.properties());
        properties.putIfAbsent("tcpKeepAlive", "true");
        properties.putIfAbsent("connectTimeout", "5");
        properties.putIfAbsent("socketTimeout", "60");
        return open(address.jdbcUrl(), properties);
    }

    private static HikariDataSource open(String url, Properties properties) {
        properties.setProperty("ApplicationName", "glis");
        properties.setProperty(
                "options", "-c statement_timeout=" + Limits.STORE_STATEMENT_MS.value());
        var config = new HikariConfig();
        config.setPoolName("glis-store");
        config.setJdbcUrl(url);
        config.setDataSourceProperties(properties);
        config.setAutoCommit(false);
        config.setMaximumPoolSize(Limits.STORE_CONNECTIONS.intValue());
        config.setMinimumIdle(1);
        config.setIdleTimeout(IDLE_MS);
        config.setConnectionTimeout(Limits.STORE_WAIT_MS.value());
        config.setValidationTimeout(2_000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }
}
