package io.stranded.internal.trend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StartPlaceTest {
  private static final String ADD =
      "java.util.concurrent.ThreadPoolExecutor.addWorker(ThreadPoolExecutor.java:945)";
  private static final String ORDERS = "app.Orders.submit(Orders.java:7)";
  private static final String MAILS = "app.Mails.submit(Mails.java:9)";

  @Test
  void poolThatWarmsUpIsOnePlaceWhoeverGivesItTasks() {
    StartPlace one = StartPlace.of(List.of(ADD, ORDERS), "http-nio-8080-exec-1");
    assertThat(StartPlace.of(List.of(ADD, MAILS), "http-nio-8080-exec-2")).isEqualTo(one);
    assertThat(one.name()).isEqualTo("threads named \"http-nio-#-exec-#\"");
  }

  @Test
  void workerThatIsRenamedIsOfItsPool() {
    StartPlace one = StartPlace.of(List.of(ADD, ORDERS), "worker-1");
    assertThat(StartPlace.of(List.of(ADD, ORDERS), "worker-2 [GET /orders/17]")).isEqualTo(one);
    assertThat(StartPlace.of(List.of(ADD, ORDERS), "worker-3: idle")).isEqualTo(one);
  }

  @Test
  void poolsThatNobodyNamedAreToldApartByTheirCallers() {
    assertThat(StartPlace.of(List.of(ADD, ORDERS), "pool-1-thread-1"))
        .isEqualTo(StartPlace.of(List.of(ADD, ORDERS), "pool-2-thread-1"))
        .isNotEqualTo(StartPlace.of(List.of(ADD, MAILS), "pool-3-thread-1"));
  }

  @Test
  void placesAreToldApartByTheApplicationAndNotByTheFrameworkBetween() {
    List<String> spring =
        List.of(
            "org.springframework.scheduling.concurrent.A.submit(A.java:1)",
            "org.springframework.aop.interceptor.B.invoke(B.java:2)",
            "org.springframework.aop.framework.C.proceed(C.java:3)");
    StartPlace orders = StartPlace.of(with(spring, ORDERS), "worker-1");
    assertThat(orders).isNotEqualTo(StartPlace.of(with(spring, MAILS), "worker-2"));
    assertThat(orders.name()).isEqualTo(ORDERS);
    assertThat(StartPlace.of(spring, "worker-3").name()).startsWith(spring.get(0));
  }

  private static List<String> with(List<String> frames, String outermost) {
    List<String> all = new ArrayList<>(frames);
    all.add(outermost);
    return all;
  }

  @Test
  void threadsOfNoPoolAreToldApartByWhoStartedThem() {
    assertThat(StartPlace.of(List.of(ORDERS), "worker-1"))
        .isNotEqualTo(StartPlace.of(List.of(MAILS), "worker-2"));
  }
}
