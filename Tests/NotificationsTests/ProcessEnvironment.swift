import Glibc

enum ProcessEnvironment {
  static subscript(name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
