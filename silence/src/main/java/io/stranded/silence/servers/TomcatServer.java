package io.stranded.silence.servers;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** Apache Tomcat. */
final class TomcatServer extends HttpServlet {
  private static final long serialVersionUID = 1;

  private final transient Backend backend = new Backend();

  static Clients start(Path directory) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(directory.toString());
    tomcat.setPort(0);
    Connector connector = tomcat.getConnector();
    connector.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
    if (VirtualThreads.available()) {
      connector.getProtocolHandler().setExecutor(VirtualThreads.executor());
    }
    Context context = tomcat.addContext("", directory.toString());
    Tomcat.addServlet(context, "answer", new TomcatServer());
    context.addServletMappingDecoded("/*", "answer");
    tomcat.start();
    return WebClient.at(connector.getLocalPort());
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    try {
      response.getWriter().print(backend.answer(request.getMethod()));
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new ServletException(e);
    }
  }
}
