package publicleaks;

import org.apache.commons.pool.BasePoolableObjectFactory;
import org.apache.commons.pool.impl.GenericObjectPool;

/**
 * A pool of commons-pool lets its borrowers wait for ever by default, and some code forgets to give
 * back what it has borrowed: issue 333 of Jedis.
 */
final class UsedUpPool implements PublicLeak {
  private static final int CONNECTIONS = 2;
  private static final GenericObjectPool CLIENTS = clients();

  private final boolean healthy;

  UsedUpPool(boolean healthy) {
    this.healthy = healthy;
  }

  private static GenericObjectPool clients() {
    GenericObjectPool clients =
        new GenericObjectPool(
            new BasePoolableObjectFactory() {
              @Override
              public Object makeObject() {
                return new Object();
              }
            });
    clients.setMaxActive(CONNECTIONS);
    return clients;
  }

  @Override
  public void start() throws Exception {
    for (int i = 0; i < CONNECTIONS && !healthy; i++) {
      CLIENTS.borrowObject();
    }
  }

  @Override
  public void again() {
    Main.daemon("borrower", UsedUpPool::request);
  }

  private static void request() {
    try {
      CLIENTS.returnObject(CLIENTS.borrowObject());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
