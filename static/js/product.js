// Choosing another seller reckons again at once; without this the button below does it.
document.addEventListener("change", function (event) {
  var form = event.target.form;
  if (event.target.name === "listing" && form && form.id === "calc") form.submit();
});
