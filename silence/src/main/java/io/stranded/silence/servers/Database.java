package io.stranded.silence.servers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;
import org.h2.tools.Server;

/** The database H2, and HikariCP with fewer connections than there are clients. */
final class Database {
  private static final int ACCOUNTS = 100;

  private Database() {}

  static Clients start(Path directory) throws Exception {
    Server server =
        Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", directory.toString())
            .start();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:tcp://localhost:" + server.getPort() + "/./bank");
    config.setMaximumPoolSize(5);
    HikariDataSource pool = new HikariDataSource(config);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create table account(id int primary key, amount int)");
      statement.execute(
          "insert into account select x - 1, 1000 from system_range(1, " + ACCOUNTS + ")");
    }
    return number -> number % 2 == 0 ? () -> transfer(pool) : () -> audit(pool);
  }

  private static void transfer(HikariDataSource pool) throws SQLException {
    int from = ThreadLocalRandom.current().nextInt(ACCOUNTS - 1);
    try (Connection connection = pool.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("update account set amount = amount + ? where id = ?")) {
      connection.setAutoCommit(false);
      add(statement, -1, from);
      add(statement, 1, from + 1);
      connection.commit();
    }
  }

  private static void add(PreparedStatement statement, int amount, int account)
      throws SQLException {
    statement.setInt(1, amount);
    statement.setInt(2, account);
    statement.executeUpdate();
  }

  private static void audit(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet sum = statement.executeQuery("select sum(amount) from account")) {
      if (!sum.next() || sum.getInt(1) != 1000 * ACCOUNTS) {
        throw new IllegalStateException("money was lost");
      }
    }
  }
}
