/// A table of options as one of a page in Markdown; the defaults are those of `empty`.
package func referenceTable<Subject>(_ settings: [Setting<Subject>], empty: Subject?) -> String {
  var page = row(["key", "value"] + (empty == nil ? [] : ["default"]) + ["what it does"])
  page += row([String](repeating: "---", count: empty == nil ? 3 : 4))
  for setting in settings {
    let description = setting.description
    var cells = ["`\(description.name)`", escaped(description.kind)]
    if let empty {
      let isChosen = !setting.isRequired
      cells.append(isChosen ? setting.content(of: empty).map { "`\($0.text)`" } ?? "" : "")
    }
    page += row(cells + [escaped(description.about)])
  }
  return page
}

private func row(_ cells: [String]) -> String {
  var text = "|"
  for cell in cells { text += cell.isEmpty ? " |" : " \(cell) |" }
  return text + "\n"
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
