from django.db import migrations, models


class Migration(migrations.Migration):
    """A source's `url` hid the address of its own page."""

    dependencies = [("articles", "0001_initial")]

    operations = [
        migrations.RenameField(model_name="sourcepage", old_name="url", new_name="work_url"),
        migrations.AlterField(
            model_name="sourcepage",
            name="work_url",
            field=models.URLField(
                blank=True, help_text="Only where certain.", max_length=300, verbose_name="address of the work"
            ),
        ),
    ]
