package publicleaks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * HikariCP left the timer of a pool behind whose database was down when it was made: its issue 233.
 */
final class DeadDatabase implements PublicLeak {
  private static HikariDataSource kept;

  private final boolean healthy;

  DeadDatabase(boolean healthy) {
    this.healthy = healthy;
  }

  @Override
  public void start() {
    System.setProperty("com.zaxxer.hikari.housekeeping.periodMs", "500");
    Database database = new Database();
    database.down = !healthy;
    for (int i = 0; i < (healthy ? 1 : 3); i++) {
      try {
        kept = open(database);
      } catch (RuntimeException e) {
        // Tried again, with a pool of its own.
      }
    }
    database.down = false;
  }

  private static HikariDataSource open(Database database) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("orders");
    config.setMaximumPoolSize(1);
    config.setInitializationFailFast(true);
    config.setDataSource(as(DataSource.class, database));
    return new HikariDataSource(config);
  }

  private static <T> T as(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** Whose connections do nothing. */
  private static final class Database implements InvocationHandler {
    private volatile boolean down;

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws SQLException {
      if (!method.getName().equals("getConnection")) {
        return nothing(proxy, method);
      }
      if (down) {
        throw new SQLException("down");
      }
      return as(Connection.class, (connection, called, with) -> nothing(connection, called));
    }
  }

  private static Object nothing(Object proxy, Method method) {
    Class<?> type = method.getReturnType();
    if (type == boolean.class) {
      return method.getName().equals("isValid");
    }
    if (method.getName().equals("hashCode")) {
      return System.identityHashCode(proxy);
    }
    return type == int.class ? 0 : null;
  }
}
