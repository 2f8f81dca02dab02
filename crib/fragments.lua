-- pandoc writer: a document of Divs becomes a JSON object from their identifiers to their HTML.

local options = pandoc.WriterOptions { wrap_text = 'none' }

function Writer(document)
  local html = {}
  for _, fragment in ipairs(document.blocks) do
    html[fragment.identifier] = pandoc.write(pandoc.Pandoc(fragment.content), 'html', options)
  end
  return pandoc.json.encode(html)
end
