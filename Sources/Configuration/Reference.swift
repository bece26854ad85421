/// A table of options as rows of a page in Markdown; the defaults are those of `empty`.
package func reference<Subject>(_ settings: [Setting<Subject>], empty: Subject) -> String {
  var page = "| key | value | default | |\n|---|---|---|---|\n"
  for setting in settings {
    let fallback = setting.content(of: empty).map { "`\($0.text)`" } ?? ""
    page += row(setting.description, fallback: fallback)
  }
  return page
}

private func row(_ description: Description, fallback: String) -> String {
  let cells = [
    "`\(description.name)`", escaped(description.kind), fallback, escaped(description.about),
  ]
  return "|" + cells.map { $0.isEmpty ? " " : " \($0) " }.joined(by: "|") + "|\n"
}

/// A file that sets nothing: every option with its default, behind a `#`.
package func defaultFile<Subject>(_ settings: [Setting<Subject>], empty: Subject) -> String {
  var file = ""
  for setting in settings {
    guard let content = setting.content(of: empty) else { continue }
    if !file.isEmpty { file += "\n" }
    file += "# \(setting.description.about)\n# It is \(setting.description.kind).\n"
    file += "#\(setting.name) = \(content.text)\n"
  }
  return file
}

private func escaped(_ text: String) -> String {
  var result = ""
  for character in text { result += character == "|" ? "\\|" : String(character) }
  return result
}

extension [String] {
  fileprivate func joined(by separator: String) -> String {
    var text = ""
    for (index, part) in enumerated() { text += (index > 0 ? separator : "") + part }
    return text
  }
}
